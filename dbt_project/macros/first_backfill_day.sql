{#- The day on which a first build of daily history begins, from a column `backfill_days`: the first
    of a month, so that first builds of neighbouring days begin alike. -#}
{% macro first_backfill_day() -%}
    cast({{ dbt.date_trunc('month', add_days(as_of_day(), '-backfill_days')) }} as date)
{%- endmacro %}
