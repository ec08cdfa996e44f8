with

dates as (
    select * from {{ ref('dim_dates') }}
),

-- A month is judged at its last day, the month under way at the as-of day.
month_bounds as (
    select
        month_start_date,
        max(date_day) as state_date,
        max(month_end_date) as month_end_date
    from dates
    where date_day <= {{ as_of_day() }}
    group by month_start_date
),

months as (
    select
        cast(
            extract(year from month_start_date) * 12 + extract(month from month_start_date)
            as {{ dbt.type_int() }}
        ) as month_number,
        state_date = month_end_date as is_month_complete,
        month_start_date,
        state_date,
        cast({{ dbt.dateadd('day', -1, 'month_start_date') }} as date) as opening_date
    from month_bounds
)

select * from months
