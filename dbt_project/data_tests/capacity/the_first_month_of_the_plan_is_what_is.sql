-- Scenarios whose first month isn't the books and the roster of the as-of day.
with

books as (
    select
        coalesce(sum(accounts), 0) as customers,
        coalesce(sum(effort_hours), 0) as effort_hours
    from {{ ref('fct_csm_book_daily') }}
    where date_day = {{ as_of_day() }}
),

staff as (
    select coalesce(sum(fte), 0) as fte
    from {{ ref('int_csm_capacity_daily') }}
    where date_day = {{ as_of_day() }}
),

plans as (
    select
        scenario,
        sum(customers) as customers,
        sum(effort_hours) as effort_hours,
        sum(csms_on_staff) as fte
    from {{ ref('rpt_capacity_plan_monthly') }}
    where plan_month_number = 1
    group by scenario
)

select
    plans.scenario,
    plans.customers,
    plans.effort_hours,
    plans.fte
from plans
cross join books
cross join staff
where
    plans.customers <> books.customers
    or plans.effort_hours <> books.effort_hours
    or plans.fte <> staff.fte
