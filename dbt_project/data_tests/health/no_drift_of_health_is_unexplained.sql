-- Subjects whose distribution shifted in the newest week, over all accounts, for no known cause. A warning: it may be the customers.
{{ config(severity='warn') }}

with

drift as (
    select * from {{ ref('rpt_health_drift_weekly') }}
)

select *
from drift
where
    is_unexplained
    and slice_type = 'all'
    and week_end_date = (select max(week_end_date) from drift)
