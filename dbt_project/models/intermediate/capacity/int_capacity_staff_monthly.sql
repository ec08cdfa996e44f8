with

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

capacity_segments as (
    select * from {{ ref('int_capacity_segments') }}
),

capacity_scenarios as (
    select * from {{ ref('capacity_scenarios') }}
),

planned_changes as (
    select * from {{ ref('capacity_planned_changes') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['plan_months']) }}
    from capacity_settings
),

month_ends as (
    select
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
        max(date_day) as last_date
    from dates
    where date_day >= {{ as_of_day() }}
    group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)
),

numbered_months as (
    select
        month_start_date,
        last_date,
        row_number() over (order by month_start_date asc) as plan_month_number
    from month_ends
),

-- The first month of the plan stands as of today, the others at their end.
months as (
    select
        numbered_months.month_start_date,
        cast(numbered_months.plan_month_number as {{ dbt.type_int() }}) as plan_month_number,
        case
            when numbered_months.plan_month_number = 1 then {{ as_of_day() }}
            else numbered_months.last_date
        end as state_date
    from numbered_months
    inner join settings
        on numbered_months.plan_month_number <= settings.plan_months
),

scenarios as (
    select scenario from capacity_scenarios
    where valid_from <= {{ as_of_day() }}
    group by scenario
),

plan_rows as (
    select
        scenarios.scenario,
        capacity_segments.segment,
        months.plan_month_number,
        months.month_start_date,
        months.state_date
    from scenarios
    cross join capacity_segments
    cross join months
),

rostered as (
    select
        coalesce(csm_roster.segment, '(none)') as segment,
        months.plan_month_number,
        sum(csm_roster.fte) as fte
    from csm_roster
    inner join months
        on
            csm_roster.start_date <= months.state_date
            and coalesce(csm_roster.end_date > months.state_date, true)
    group by coalesce(csm_roster.segment, '(none)'), months.plan_month_number
),

-- What was to happen by today is in the roster, or it didn't.
planned as (
    select
        planned_changes.scenario,
        planned_changes.segment,
        months.plan_month_number,
        sum(case when planned_changes.kind = 'hire' then planned_changes.fte else 0 end)
            as hired_fte,
        sum(case when planned_changes.kind = 'leave' then planned_changes.fte else 0 end)
            as left_fte
    from planned_changes
    inner join months
        on planned_changes.change_date <= months.state_date
    where
        planned_changes.valid_from <= {{ as_of_day() }}
        and planned_changes.change_date > {{ as_of_day() }}
    group by planned_changes.scenario, planned_changes.segment, months.plan_month_number
)

select
    plan_rows.*,
    cast(coalesce(rostered.fte, 0) as decimal(9, 2)) as rostered_fte,
    cast(coalesce(planned.hired_fte, 0) as decimal(9, 2)) as planned_hires_fte,
    cast(coalesce(planned.left_fte, 0) as decimal(9, 2)) as planned_leavers_fte
from plan_rows
left join rostered
    on
        plan_rows.segment = rostered.segment
        and plan_rows.plan_month_number = rostered.plan_month_number
left join planned
    on
        plan_rows.scenario = planned.scenario
        and plan_rows.segment = planned.segment
        and plan_rows.plan_month_number = planned.plan_month_number
