with

dates as (
    select * from {{ ref('dim_dates') }}
),

operations_settings as (
    select * from {{ ref('operations_settings') }}
),

settings as (
    select {{ chosen_settings(['scorecard_months']) }}
    from operations_settings
),

months as (
    select
        month_start_date,
        max(date_day) as state_date,
        max(case when is_month_end then 1 else 0 end) = 1 as is_month_complete
    from dates
    where date_day <= {{ as_of_day() }}
    group by month_start_date
),

recent_months as (
    select
        months.*,
        {{ add_days('months.state_date', '1') }} as next_date
    from months
    cross join settings
    where
        {{ month_number('months.month_start_date') }}
        > {{ month_number(as_of_day()) }} - settings.scorecard_months
)

-- The last quarter that is over at the month's end.
select
    month_start_date,
    state_date,
    is_month_complete,
    next_date,
    cast(
        {{ dbt.dateadd('month', '-3', dbt.date_trunc('quarter', 'next_date')) }} as date
    ) as quarter_start_date,
    {{ add_days(dbt.date_trunc('quarter', 'next_date'), '-1') }} as quarter_end_date
from recent_months
