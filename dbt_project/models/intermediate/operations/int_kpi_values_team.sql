{%- set quantity = 'cast(null as decimal(18, 4)) as quantity' -%}

with

time_weekly as (
    select * from {{ ref('fct_csm_time_weekly') }}
    where
        is_on_staff
        and week_end_date <= {{ as_of_day() }}
),

ramp_monthly as (
    select * from {{ ref('rpt_csm_ramp_monthly') }}
    where slice_type = 'company'
),

activity_weekly as (
    select * from {{ ref('fct_csm_activity_weekly') }}
),

activity_daily as (
    select * from {{ ref('fct_csm_activity_daily') }}
),

actions as (
    select * from {{ ref('fct_cs_actions') }}
    where opened_by <> 'unknown'
),

playbook_compliance as (
    select * from {{ ref('rpt_playbook_compliance_monthly') }}
)

select
    'csm_customer_time' as kpi_id,
    cast({{ dbt.date_trunc('month', 'week_end_date') }} as date) as month_start_date,
    cast(sum(customer_hours) as decimal(18, 4)) as numerator,
    cast(sum(logged_hours) as decimal(18, 4)) as denominator,
    {{ quantity }}
from time_weekly
group by cast({{ dbt.date_trunc('month', 'week_end_date') }} as date)
union all
select
    'csm_ramp_days' as kpi_id,
    month_start_date,
    cast(null as decimal(18, 4)) as numerator,
    cast(null as decimal(18, 4)) as denominator,
    cast(median_days as decimal(18, 4)) as quantity
from ramp_monthly
union all
select
    'process_adoption' as kpi_id,
    cast({{ dbt.date_trunc('month', 'week_end_date') }} as date) as month_start_date,
    cast({{ counted('is_following_process') }} as decimal(18, 4)) as numerator,
    cast(count(*) as decimal(18, 4)) as denominator,
    {{ quantity }}
from activity_weekly
group by cast({{ dbt.date_trunc('month', 'week_end_date') }} as date)
union all
select
    'tool_adoption' as kpi_id,
    cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
    cast({{ counted('is_active') }} as decimal(18, 4)) as numerator,
    cast(count(*) as decimal(18, 4)) as denominator,
    {{ quantity }}
from activity_daily
group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)
union all
select
    'automation_utilization' as kpi_id,
    cast({{ dbt.date_trunc('month', 'opened_date') }} as date) as month_start_date,
    cast({{ counted("opened_by = 'rule'") }} as decimal(18, 4)) as numerator,
    cast(count(*) as decimal(18, 4)) as denominator,
    {{ quantity }}
from actions
group by cast({{ dbt.date_trunc('month', 'opened_date') }} as date)
union all
select
    'playbook_compliance' as kpi_id,
    month_start_date,
    cast(sum(tasks_done_on_time) as decimal(18, 4)) as numerator,
    cast(sum(tasks_due) as decimal(18, 4)) as denominator,
    {{ quantity }}
from playbook_compliance
group by month_start_date
