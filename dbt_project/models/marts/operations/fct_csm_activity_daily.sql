with

working_days as (
    select * from {{ ref('int_csm_working_days') }}
),

tool_events as (
    select * from {{ ref('int_csm_tool_events') }}
)

select
    cast(working_days.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(working_days.team as {{ dbt.type_string() }}) as team,
    cast(working_days.segment as {{ dbt.type_string() }}) as segment,
    cast(working_days.region as {{ dbt.type_string() }}) as region,
    cast(coalesce(tool_events.use_events, 0) as {{ dbt.type_int() }}) as traces,
    cast(
        coalesce(tool_events.required_activities, 0) as {{ dbt.type_int() }}
    ) as required_activities,
    coalesce(tool_events.use_events, 0) > 0 as is_active,
    working_days.date_day
from working_days
left join tool_events
    on
        working_days.csm_user_id = tool_events.user_id
        and working_days.date_day = tool_events.event_date
