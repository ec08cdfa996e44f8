{#- How the forecast snapshots grow: a run replaces the snapshot of its own day and adds the days since the
    newest one. A run for a day before the newest writes nothing, and no run touches a day before its own. -#}
{% macro forget_snapshot() %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            snapshot_date = {{ as_of_day() }}
            and {{ as_of_day() }} = (select max(snapshot_date) from {{ this }})
    {%- endif -%}
{% endmacro %}

{#- The first day to add as an ISO text, or none when the table is built from nothing. -#}
{% macro first_new_snapshot() %}
    {%- if model.get('batch') -%}{%- do return(model.batch.first) -%}{%- endif -%}
    {%- if not (execute and is_incremental()) -%}{%- do return(none) -%}{%- endif -%}
    {%- set newest = run_query('select max(snapshot_date) from ' ~ this).columns[0].values()[0] -%}
    {%- if newest is none -%}{%- do return(none) -%}{%- endif -%}
    {%- set as_of = modules.datetime.date.fromisoformat(var('as_of_date') | string) -%}
    {%- set newest_day = modules.datetime.date.fromisoformat((newest | string)[:10]) -%}
    {%- if newest_day > as_of -%}{%- do return('9999-12-31') -%}{%- endif -%}
    {%- set next_day = newest_day + modules.datetime.timedelta(days=1) -%}
    {%- do return([next_day, as_of] | min | string) -%}
{% endmacro %}
