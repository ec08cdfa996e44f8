{#- The as-of day as a date literal, moved by whole `years` (a day that isn't there becomes the 28th). -#}
{% macro as_of_day(years=0) %}
    {%- set day = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
    {%- set same_day = 28 if (day.month == 2 and day.day == 29 and years != 0) else day.day -%}
    cast('{{ day.replace(year=day.year + years, day=same_day).isoformat() }}' as date)
{%- endmacro %}

{#- The year of the as-of day, as a number. -#}
{% macro as_of_year() %}{{ modules.datetime.date.fromisoformat(var('as_of_date') | string).year }}{% endmacro %}
