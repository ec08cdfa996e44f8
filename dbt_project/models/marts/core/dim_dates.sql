{%- set longest_history_days = 16384 -%}

with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

billing_subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

billing_invoice_lines as (
    select * from {{ ref('billing_invoice_lines') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

first_facts as (
    select min(cast(created_at as date)) as first_date from crm_accounts
    union all
    select min(cast(became_customer_at as date)) as first_date from crm_accounts
    union all
    select min(cast(started_at as date)) as first_date from billing_subscriptions
    union all
    select min(cast(period_start as date)) as first_date from billing_invoice_lines
    union all
    select min(start_date) as first_date from crm_contracts
),

bounds as (
    select
        coalesce(
            {{ dbt.date_trunc('year', 'min(first_date)') }}, {{ as_of_day() }}
        ) as first_date
    from first_facts
),

-- Counted back from the end, so that one absurdly early date can't cut off the present.
numbers as (
    {{ dbt.generate_series(longest_history_days) }}
),

days as (
    select cast({{ dbt.dateadd('day', '1 - generated_number', as_of_day(2)) }} as date) as date_day
    from numbers
),

dates as (
    select
        days.date_day,
        cast({{ dbt.date_trunc('month', 'days.date_day') }} as date) as month_start_date,
        cast({{ dbt.last_day('days.date_day', 'month') }} as date) as month_end_date,
        cast({{ dbt.date_trunc('quarter', 'days.date_day') }} as date) as quarter_start_date,
        cast({{ dbt.date_trunc('year', 'days.date_day') }} as date) as year_start_date,
        {{ dbt.datediff("cast('1900-01-01' as date)", 'days.date_day', 'day') }} as day_number
    from days
    cross join bounds
    where days.date_day >= bounds.first_date
)

select
    cast(extract(year from date_day) as int) as year_number,
    cast(extract(quarter from date_day) as int) as quarter_number,
    cast(extract(month from date_day) as int) as month_number,
    cast(mod(day_number, 7) + 1 as int) as weekday_number,
    mod(day_number, 7) + 1 in (6, 7) as is_weekend,
    date_day = month_end_date as is_month_end,
    date_day <= {{ as_of_day() }} as is_past,
    date_day,
    month_start_date,
    month_end_date,
    quarter_start_date,
    year_start_date
from dates
