{#- The value below which a share of the group's values lies, interpolated between the two nearest. -#}
{% macro percentile(expression, share) %}
    {{- 'percentile_cont(' ~ share ~ ') within group (order by ' ~ expression ~ ' asc)' -}}
{% endmacro %}
