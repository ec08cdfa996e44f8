with

csm_capacity_daily as (
    select * from {{ ref('int_csm_capacity_daily') }}
    where present_share > 0
),

dates as (
    select * from {{ ref('dim_dates') }}
    where
        not is_weekend
        and date_day <= {{ as_of_day() }}
),

schedule_regions as (
    select * from {{ ref('support_schedule_regions') }}
),

holidays as (
    select * from {{ ref('support_holidays') }}
),

-- Desks of one region share their holidays with the CSMs who work there.
present_days as (
    select
        csm_capacity_daily.csm_user_id,
        csm_capacity_daily.team,
        csm_capacity_daily.segment,
        csm_capacity_daily.region,
        coalesce(own_region.schedule_id, any_region.schedule_id) as schedule_id,
        csm_capacity_daily.date_day
    from csm_capacity_daily
    inner join dates
        on csm_capacity_daily.date_day = dates.date_day
    left join schedule_regions as own_region
        on csm_capacity_daily.region = own_region.region
    left join schedule_regions as any_region
        on any_region.region = '*'
),

working_days as (
    select
        present_days.csm_user_id,
        present_days.team,
        present_days.segment,
        present_days.region,
        present_days.date_day,
        {{ week_end('present_days.date_day') }} as week_end_date
    from present_days
    left join holidays
        on
            present_days.schedule_id = holidays.schedule_id
            and present_days.date_day = holidays.holiday_date
    where holidays.holiday_date is null
)

select * from working_days
