{#- Whether a value stands to a limit as a column says: above, at_least, below or at_most. Null for null. -#}
{% macro stands_to(value, comparison, limit) -%}
    case {{ comparison }}
        when 'above' then {{ value }} > {{ limit }}
        when 'at_least' then {{ value }} >= {{ limit }}
        when 'below' then {{ value }} < {{ limit }}
        when 'at_most' then {{ value }} <= {{ limit }}
    end
{%- endmacro %}
