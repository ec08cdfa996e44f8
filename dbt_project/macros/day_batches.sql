{#- How a long history is built in a bounded memory: some days at a time. A daily table's model builds the
    first batch; the hook append_later_days() renders the same model again for each later one and appends
    what it gives. A run that adds a few days, and a small company's whole history, are one batch.

    A model says which days it builds by first_new_day() and last_new_day(); within the hook both speak
    of the batch at hand. -#}

{#- The most days that a daily table builds at a time, or none where nothing tells how large a day is. The
    environment says how many thousand account-days fit into the memory of the machine. A table for which each
    batch reads a long stretch before it, whatever its own length, takes meta.batch_factor times as many. -#}
{% macro days_at_a_time() %}
    {%- if model.resource_type == 'unit_test' -%}{%- do return(none) -%}{%- endif -%}
    {%- set accounts, settings = ref('crm_accounts'), ref('health_settings') -%}
    {%- if not execute or not load_relation(accounts) or not load_relation(settings) -%}{%- do return(none) -%}{%- endif -%}
    {%- set count = run_query('select count(*) from ' ~ accounts).columns[0].values()[0] | int -%}
    {%- set factor = model.config.meta.get('batch_factor', 1) -%}
    {%- set rows = env_var('CSOPS_BATCH_THOUSAND_ROWS', '300') | int * 1000 * factor -%}
    {%- do return([1, rows // ([count, 1] | max)] | max) -%}
{% endmacro %}

{#- The last day that the model builds now, as an ISO text: the as-of day or the end of a batch. Of a table
    built from nothing the days are counted from the day on which first builds begin, less `before` days. -#}
{% macro last_new_day(first_day, before=[]) %}
    {%- if model.get('batch') -%}{%- do return(model.batch.last) -%}{%- endif -%}
    {%- set as_of = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
    {%- if first_day and first_day >= as_of | string -%}{%- do return(as_of | string) -%}{%- endif -%}
    {%- set days = days_at_a_time() -%}
    {%- if not days -%}{%- do return(as_of | string) -%}{%- endif -%}
    {%- if first_day -%}
        {%- set first = modules.datetime.date.fromisoformat(first_day) -%}
    {%- else -%}
        {%- set first = first_day_of_history(as_of, before) -%}
    {%- endif -%}
    {%- set last = first + modules.datetime.timedelta(days=days - 1) -%}
    {%- do return([last, as_of] | min | string) -%}
{% endmacro %}

{#- The day of first_backfill_day() as a date, less the days of the settings `before`. -#}
{% macro first_day_of_history(as_of, before) %}
    {%- set query -%}
        select setting_id, setting_value
        from {{ ref('health_settings') }}
        where setting_id in ('{{ (['backfill_days'] + before) | join("', '") }}')
    {%- endset -%}
    {%- set settings = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do settings.update({row.values()[0]: row.values()[1] | int}) -%}
    {%- endfor -%}
    {%- set day = (as_of - modules.datetime.timedelta(days=settings.pop('backfill_days'))).replace(day=1) -%}
    {%- do return(day - modules.datetime.timedelta(days=settings.values() | sum)) -%}
{% endmacro %}

{#- Whether `column` is one of the days that the model builds now. -#}
{% macro is_new_day(first_day, last_day, column='date_day') -%}
    {% if first_day %}{{ column }} >= {{ day_literal(first_day) }} and {% endif -%}
    {{ column }} <= {{ day_literal(last_day) }}
{%- endmacro %}

{#- After a run of a daily table: the days between the newest of its rows and the as-of day, batch by batch. -#}
{% macro append_later_days(column='date_day', before=[]) %}
    {%- set days = days_at_a_time() -%}
    {%- if days -%}
        {%- set one_day = modules.datetime.timedelta(days=1) -%}
        {%- set as_of = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
        {%- set newest = run_query('select max(' ~ column ~ ') from ' ~ this).columns[0].values()[0] -%}
        {%- set built_to = (newest | string)[:10] if newest is not none else last_new_day(none, before) -%}
        {%- set next = namespace(day=modules.datetime.date.fromisoformat(built_to) + one_day) -%}
        {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | join(', ') -%}
        {%- for _ in range((as_of - next.day).days + 1) if next.day <= as_of -%}
            {%- set last = [next.day + one_day * (days - 1), as_of] | min -%}
            {%- do model.update({'batch': {'first': next.day | string, 'last': last | string}}) -%}
            {%- do run_query(
                'insert into ' ~ this ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ('
                ~ render(model.raw_code) ~ '\n) as new_days'
            ) -%}
            {%- set next.day = last + one_day -%}
        {%- endfor -%}
        {%- do model.pop('batch', none) -%}
    {%- endif -%}
{% endmacro %}
