with

dates as (
    select * from {{ ref('dim_dates') }}
),

governance_settings as (
    select * from {{ ref('governance_settings') }}
),

settings as (
    select cast(max(setting_value) as {{ dbt.type_int() }}) as weeks_told
    from governance_settings
    where setting_id = 'accuracy_weeks'
),

-- A week is judged at the end of its Sunday, the week under way at the as-of day.
all_weeks as (
    select
        dates.date_day as week_end_date,
        case
            when dates.date_day > {{ as_of_day() }} then {{ as_of_day() }}
            else dates.date_day
        end as measured_date,
        row_number() over (order by dates.date_day desc) as weeks_ago
    from dates
    where
        dates.weekday_number = 7
        and dates.date_day < {{ add_days(as_of_day(), 7) }}
),

weeks as (
    select
        all_weeks.measured_date = all_weeks.week_end_date as is_week_complete,
        all_weeks.measured_date,
        all_weeks.week_end_date
    from all_weeks
    inner join settings
        on all_weeks.weeks_ago <= settings.weeks_told
)

select * from weeks
