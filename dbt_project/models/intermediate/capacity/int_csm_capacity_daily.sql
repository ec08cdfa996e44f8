{%- set first_day = first_new_day() -%}

with

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

csm_ramp_curve as (
    select * from {{ ref('csm_ramp_curve') }}
),

csm_leave as (
    select * from {{ ref('csm_leave') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['backfill_days', 'days_per_month']) }}
    from capacity_settings
),

bounds as (
    select
        {% if first_day -%}
        {{ day_literal(first_day) }}
        {%- else -%}
        {{ first_backfill_day() }}
        {%- endif %} as first_day,
        days_per_month
    from settings
),

csm_days as (
    select
        csm_roster.*,
        cast(
            {{ ratio(
                dbt.datediff('csm_roster.start_date', 'dates.date_day', 'day'),
                'csm_roster.ramp_months * bounds.days_per_month'
            ) }} as decimal(12, 6)
        ) as ramp_progress,
        dates.date_day
    from csm_roster
    inner join dates
        on
            csm_roster.start_date <= dates.date_day
            and coalesce(csm_roster.end_date > dates.date_day, true)
    inner join bounds
        on dates.date_day >= bounds.first_day
    where dates.date_day <= {{ as_of_day() }}
),

leave_days as (
    select
        csm_days.csm_user_id,
        csm_days.date_day,
        sum(csm_leave.away_share) as away_share
    from csm_days
    inner join csm_leave
        on
            csm_days.csm_user_id = csm_leave.user_id
            and csm_days.date_day >= csm_leave.start_date
            and csm_days.date_day < csm_leave.end_date
    group by csm_days.csm_user_id, csm_days.date_day
),

shares as (
    select
        csm_days.*,
        cast(coalesce(csm_ramp_curve.productive_share, 1) as decimal(5, 4)) as ramp_share,
        cast(
            greatest(1 - coalesce(leave_days.away_share, 0), 0) as decimal(5, 4)
        ) as present_share
    from csm_days
    left join csm_ramp_curve
        on
            csm_days.ramp_progress >= csm_ramp_curve.lower_progress
            and coalesce(csm_days.ramp_progress < csm_ramp_curve.upper_progress, true)
    left join leave_days
        on
            csm_days.csm_user_id = leave_days.csm_user_id
            and csm_days.date_day = leave_days.date_day
),

productive as (
    select
        shares.*,
        cast(fte * ramp_share * present_share as decimal(9, 6)) as productive_fte
    from shares
)

select
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(role_label as {{ dbt.type_string() }}) as role_label,
    cast(team as {{ dbt.type_string() }}) as team,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(touch_model as {{ dbt.type_string() }}) as touch_model,
    fte,
    ramp_share,
    present_share,
    productive_fte,
    cast(target_accounts * productive_fte as decimal(18, 6)) as target_accounts,
    cast(target_arr * productive_fte as decimal(18, 2)) as target_arr,
    cast(customer_hours_per_month * productive_fte as decimal(14, 4)) as available_hours,
    date_day
from productive
