{#- The calendar quarter of a day, as 2025-Q1; null for null. -#}
{% macro quarter_name(day) -%}
    cast(cast(extract(year from {{ day }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }})
    || '-Q'
    || cast(cast(extract(quarter from {{ day }}) as {{ dbt.type_int() }}) as {{ dbt.type_string() }})
{%- endmacro %}
