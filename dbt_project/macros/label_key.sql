{#- A label as the reference seeds write it: lower case, spaces and hyphens as underscores. -#}
{% macro label_key(expression) -%}
    lower(replace(replace(trim({{ expression }}), ' ', '_'), '-', '_'))
{%- endmacro %}
