with

arr_movements_monthly as (
    select * from {{ ref('fct_arr_movements_monthly') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

dealings as (
    select * from {{ ref('int_engagement_dealings') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['engagement_window_days']) }}
    from engagement_settings
),

-- Before the first dealing that anybody recorded nothing is known, which isn't zero.
records as (
    select min(known_date) as first_recorded_date
    from dealings
)

select
    arr_movements_monthly.account_id,
    nullif(arr_movements_monthly.segment, '(none)') as segment,
    nullif(arr_movements_monthly.region, '(none)') as region,
    nullif(arr_movements_monthly.csm_user_id, '(none)') as csm_user_id,
    hr_employees.team,
    coalesce(csm_roster.touch_model, 'human') as touch_model,
    arr_movements_monthly.closing_arr as arr,
    {{ add_days('records.first_recorded_date', 'settings.engagement_window_days') }}
    <= {{ add_days('arr_movements_monthly.state_date', 1) }} as is_window_complete,
    arr_movements_monthly.is_month_complete,
    arr_movements_monthly.month_start_date,
    arr_movements_monthly.state_date
from arr_movements_monthly
inner join records
    on arr_movements_monthly.state_date >= records.first_recorded_date
cross join settings
left join csm_roster
    on arr_movements_monthly.csm_user_id = csm_roster.csm_user_id
left join hr_employees
    on arr_movements_monthly.csm_user_id = hr_employees.user_id
where arr_movements_monthly.closing_arr > 0
