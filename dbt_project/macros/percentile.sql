{#- The value below which a share of the group's values lies, interpolated between the two nearest. -#}
{% macro percentile(expression, share) %}
    {{- 'percentile_cont(' ~ share ~ ') within group (order by ' ~ expression ~ ' asc)' -}}
{% endmacro %}

{#- Median and ninetieth percentile of a relation's column, named for it. -#}
{% macro spread(relation, column) %}
    {{- percentile(relation ~ '.' ~ column, '0.5') }} as {{ column }}_median,
        {{ percentile(relation ~ '.' ~ column, '0.9') }} as {{ column }}_p90
{%- endmacro %}

{#- How many rows of the group meet a condition. -#}
{% macro counted(condition) %}
    {{- 'sum(case when ' ~ condition ~ ' then 1 else 0 end)' -}}
{% endmacro %}
