{#- All rows of a table that Python writes, or none where it hasn't been written yet: `dbt build` works
    without a fit before it. -#}
{% macro recorded_rows(relation, columns) %}
    {%- if execute and load_relation(relation) is not none -%}
        select * from {{ relation }}
    {%- else -%}
        select
            {%- for column in columns %}
            cast(null as {{ dbt.type_string() }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        where 1 = 0
    {%- endif -%}
{% endmacro %}
