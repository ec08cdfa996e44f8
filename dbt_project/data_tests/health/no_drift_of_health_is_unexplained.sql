-- Subjects whose distribution shifted in the newest week, over all accounts, for no known cause.
-- A warning: it may be the customers.
{{ config(severity='warn') }}

with

drift_weekly as (
    select * from {{ ref('rpt_health_drift_weekly') }}
    where slice_type = 'all'
),

newest as (
    select max(week_end_date) as week_end_date
    from drift_weekly
)

select drift_weekly.*
from drift_weekly
inner join newest
    on drift_weekly.week_end_date = newest.week_end_date
where drift_weekly.is_unexplained
