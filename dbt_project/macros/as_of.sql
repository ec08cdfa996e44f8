{#- The first moment after the as-of day, as a timestamp literal; a fact counts when it is before. -#}
{% macro as_of_end() %}
    {%- set day = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
    {%- set next_day = day + modules.datetime.timedelta(days=1) -%}
    cast('{{ next_day.isoformat() }} 00:00:00' as {{ dbt.type_timestamp() }})
{%- endmacro %}

{#- `expression`, or null when it lies after the as-of day: nobody knew it then. -#}
{% macro known(expression) %}
    {%- set moment = 'cast(' ~ expression ~ ' as ' ~ dbt.type_timestamp() ~ ')' -%}
    case when {{ moment }} < {{ as_of_end() }} then {{ expression }} end
{%- endmacro %}

{#- Whether a moment lies after the as-of day; false for null. -#}
{% macro is_later(expression) %}
    {%- set moment = 'cast(' ~ expression ~ ' as ' ~ dbt.type_timestamp() ~ ')' -%}
    coalesce({{ moment }} >= {{ as_of_end() }}, false)
{%- endmacro %}
