with

csm_capacity_daily as (
    select * from {{ ref('int_csm_capacity_daily') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['book_limit_utilization']) }}
    from capacity_settings
),

-- Leave passes: nobody loses a book for four weeks away.
books as (
    select
        csm_roster.csm_user_id,
        csm_roster.csm_name,
        coalesce(csm_roster.segment, '(none)') as segment,
        csm_roster.touch_model,
        csm_roster.region,
        cast(
            csm_capacity_daily.fte
            * csm_capacity_daily.ramp_share
            * settings.book_limit_utilization as decimal(9, 6)
        ) as carried_share,
        csm_roster.target_accounts,
        csm_roster.target_arr,
        csm_roster.customer_hours_per_month
    from csm_capacity_daily
    inner join csm_roster
        on csm_capacity_daily.csm_user_id = csm_roster.csm_user_id
    cross join settings
    where csm_capacity_daily.date_day = {{ as_of_day() }}
)

select
    csm_user_id,
    csm_name,
    segment || '/' || touch_model as pool_id,
    segment,
    touch_model,
    region,
    cast(target_accounts * carried_share as decimal(18, 4)) as limit_accounts,
    cast(target_arr * carried_share as decimal(18, 2)) as limit_arr,
    cast(customer_hours_per_month * carried_share as decimal(18, 4)) as limit_hours
from books
