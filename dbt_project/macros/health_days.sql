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
    {%- if model.get('batch') -%}{%- do return(model.batch.first) -%}{%- endif -%}
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

{#- For data tests of the daily tables: the newest days only (setting tested_days); with a `relation` every
    day of it as long as it has at most tested_thousand_rows thousand rows. -#}
{% macro in_tested_days(column='date_day', relation=none) %}
    {%- if relation and execute and load_relation(ref('health_settings')) -%}
        {%- set query -%}
            select count(*) as is_small from {{ ref('health_settings') }}
            where setting_id = 'tested_thousand_rows' and setting_value * 1000 >= (select count(*) from {{ relation }})
        {%- endset -%}
        {%- if run_query(query).columns[0].values()[0] == 1 -%}{%- do return('1 = 1') -%}{%- endif -%}
    {%- endif -%}
    {{- column }} > (
        select {{ add_days(as_of_day(), '-cast(setting_value as ' ~ dbt.type_int() ~ ')') }}
        from {{ ref('health_settings') }}
        where setting_id = 'tested_days'
    )
{%- endmacro %}

{#- The day that lies the largest of the named settings (days) before `first_day`, as ISO text: nothing
    before it can reach into the new days. -#}
{% macro day_before_windows(first_day, names) %}
    {%- set query -%}
        select max(setting_value) from {{ ref('health_settings') }}
        where setting_id in ('{{ names | join("', '") }}')
    {%- endset -%}
    {%- set window = run_query(query).columns[0].values()[0] | int -%}
    {%- set day = modules.datetime.date.fromisoformat(first_day) - modules.datetime.timedelta(days=window) -%}
    {%- do return(day | string) -%}
{% endmacro %}

{#- Whether `column` is a day that one of the days from `first_day` to `last_day` is compared with: for
    few new days each day by name, so that an engine reads those alone. -#}
{% macro is_compared_with(column, first_day, last_day) %}
    {%- set query = 'select comparison_days from ' ~ ref('health_comparisons') -%}
    {%- set distances = run_query(query).columns[0].values() | map('int') | list -%}
    {%- set first = modules.datetime.date.fromisoformat(first_day) -%}
    {%- set last = modules.datetime.date.fromisoformat(last_day) -%}
    {%- set new_days = (last - first).days + 1 -%}
    {%- if new_days <= 3 -%}
        {%- set days = [] -%}
        {%- for number in range(new_days) -%}
            {%- for distance in distances -%}
                {%- set day = first + modules.datetime.timedelta(days=number - distance) -%}
                {%- do days.append(day_literal(day)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {{ column }} in ({{ days | unique | join(', ') }})
    {%- else -%}
        {%- set day = first - modules.datetime.timedelta(days=distances | max) -%}
        {{ column }} >= {{ day_literal(day) }} and {{ column }} < {{ day_literal(last_day) }}
    {%- endif -%}
{% endmacro %}

{#- First day on which a contract of the relation counts: its start, or the day it was activated (else
    signed, else entered) where that came later. A renewal signed late is not known from its start. -#}
{% macro contract_known_date(contracts) -%}
    greatest(
        {{ contracts }}.start_date,
        coalesce(
            cast({{ contracts }}.activated_at as date),
            cast({{ contracts }}.signed_at as date),
            cast({{ contracts }}.created_at as date),
            {{ contracts }}.start_date
        )
    )
{%- endmacro %}

{#- The last day (Sunday) of the week of a day. -#}
{% macro week_end(day) -%}
    cast({{ dbt.dateadd('day', 6, dbt.date_trunc('week', day)) | replace('\n', ' ') | trim }} as date)
{%- endmacro %}
