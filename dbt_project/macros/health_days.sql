{#- How the daily health tables grow: each run forgets the as-of day and whatever is later, then appends
    the days from the newest kept one to the as-of day. So a run can be repeated, an earlier day asked
    for hides all later ones, and a new day reads and writes nothing of the old ones. -#}

{#- Before a run: the days that it will write again, counted from the as-of day less `lookback` days. -#}
{% macro forget_days(column='date_day', lookback=none) %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ column }} >= {{ as_of_day() }}
        {%- if lookback %}
            or {{ column }} > (
                select {{ add_days(as_of_day(), '-cast(setting_value as ' ~ dbt.type_int() ~ ')') }}
                from {{ ref('health_settings') }}
                where setting_id = '{{ lookback }}'
            )
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- The first day to build as an ISO text, or none when the table is built from nothing. A literal, so
    that every engine skips the history behind it. -#}
{% macro first_new_day(column='date_day') %}
    {%- if not (execute and is_incremental()) -%}{%- do return(none) -%}{%- endif -%}
    {%- set newest = run_query('select max(' ~ column ~ ') from ' ~ this).columns[0].values()[0] -%}
    {%- if newest is none -%}{%- do return(none) -%}{%- endif -%}
    {%- set as_of = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
    {%- set next_day = modules.datetime.date.fromisoformat((newest | string)[:10]) + modules.datetime.timedelta(days=1) -%}
    {%- do return([next_day, as_of] | min | string) -%}
{% endmacro %}

{#- The date literal of an ISO text. -#}
{% macro day_literal(day) %}cast('{{ day }}' as date){% endmacro %}

{#- A date moved by a number of days, as a date. -#}
{% macro add_days(day, number) %}cast({{ dbt.dateadd('day', number, day) }} as date){% endmacro %}

{#- Columns of one row with the named settings of the relation `health_settings`: days as whole numbers. -#}
{% macro chosen_settings(names) %}
    {%- for name in names %}
        {%- set value = "max(case when setting_id = '" ~ name ~ "' then setting_value end)" %}
        {{ 'cast(' ~ value ~ ' as ' ~ dbt.type_int() ~ ')' if name.endswith('_days') else value }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{#- For data tests of the daily tables: the newest days only, see the setting tested_days. -#}
{% macro in_tested_days(column='date_day') %}
    {{- column }} > (
        select {{ add_days(as_of_day(), '-cast(setting_value as ' ~ dbt.type_int() ~ ')') }}
        from {{ ref('health_settings') }}
        where setting_id = 'tested_days'
    )
{%- endmacro %}
