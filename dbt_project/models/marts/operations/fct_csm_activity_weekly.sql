with

working_days as (
    select * from {{ ref('int_csm_working_days') }}
),

csm_capacity_daily as (
    select * from {{ ref('int_csm_capacity_daily') }}
),

tool_events as (
    select * from {{ ref('int_csm_tool_events') }}
),

bounds as (
    select min(date_day) as first_day
    from csm_capacity_daily
),

-- Whole weeks only; who was away all week, or joined on its Saturday, isn't asked.
csm_weeks as (
    select
        working_days.csm_user_id,
        min(working_days.team) as team,
        min(working_days.segment) as segment,
        min(working_days.region) as region,
        count(*) as working_days,
        working_days.week_end_date
    from working_days
    inner join bounds
        on {{ add_days('working_days.week_end_date', '-6') }} >= bounds.first_day
    where working_days.week_end_date <= {{ as_of_day() }}
    group by working_days.csm_user_id, working_days.week_end_date
),

-- What is done on a weekend is done in its week, too.
event_weeks as (
    select
        user_id,
        sum(required_activities) as required_activities,
        {{ week_end('event_date') }} as week_end_date
    from tool_events
    group by user_id, {{ week_end('event_date') }}
)

select
    cast(csm_weeks.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(csm_weeks.team as {{ dbt.type_string() }}) as team,
    cast(csm_weeks.segment as {{ dbt.type_string() }}) as segment,
    cast(csm_weeks.region as {{ dbt.type_string() }}) as region,
    cast(csm_weeks.working_days as {{ dbt.type_int() }}) as working_days,
    cast(
        coalesce(event_weeks.required_activities, 0) as {{ dbt.type_int() }}
    ) as required_activities,
    coalesce(event_weeks.required_activities, 0) > 0 as is_following_process,
    {{ add_days('csm_weeks.week_end_date', '-6') }} as week_start_date,
    csm_weeks.week_end_date
from csm_weeks
left join event_weeks
    on
        csm_weeks.csm_user_id = event_weeks.user_id
        and csm_weeks.week_end_date = event_weeks.week_end_date
