{%- set columns = ['duty_id', 'report_file', 'period_end_date', 'done_date'] -%}

with

kept_reports as (
    {{ recorded_rows(source('ops', 'governance_reports'), columns) }}
)

-- The as-of day's own reports are made of the marts, so they are known the day after.
select
    cast(duty_id as {{ dbt.type_string() }}) as duty_id,
    cast(report_file as {{ dbt.type_string() }}) as report_file,
    cast(period_end_date as date) as period_end_date,
    cast(done_date as date) as done_date
from kept_reports
where cast(done_date as date) < {{ as_of_day() }}
