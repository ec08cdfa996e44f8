{#- Months counted from year 0 to a day's, so that a difference is months apart. -#}
{% macro month_number(day) -%}
    cast(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) as {{ dbt.type_int() }})
{%- endmacro %}
