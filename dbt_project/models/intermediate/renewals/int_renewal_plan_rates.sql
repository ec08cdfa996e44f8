with

fx_rates as (
    select * from {{ ref('fx_rates') }}
),

seeded_rates as (
    select * from {{ ref('plan_fx_rates') }}
),

current_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

settings as (
    {{ renewal_settings_row(['forecast_backfill_days']) }}
),

plan_years as (
    select distinct cast(extract(year from dates.date_day) as {{ dbt.type_int() }}) as plan_year
    from dates
    cross join settings
    where
        dates.date_day <= {{ as_of_day() }}
        and dates.date_day >= {{ add_days(as_of_day(), '-settings.forecast_backfill_days') }}
),

currencies as (
    select currency from current_rates
    union
    select 'USD' as currency
),

ranked_rates as (
    select
        plan_years.plan_year,
        fx_rates.currency,
        fx_rates.usd_rate,
        row_number() over (
            partition by plan_years.plan_year, fx_rates.currency
            order by
                case
                    when extract(year from fx_rates.rate_date) < plan_years.plan_year then 0
                    else 1
                end asc,
                case
                    when extract(year from fx_rates.rate_date) < plan_years.plan_year
                        then fx_rates.rate_date
                end desc,
                fx_rates.rate_date asc
        ) as rate_number
    from fx_rates
    cross join plan_years
),

usd_rates as (
    select
        plan_years.plan_year,
        currencies.currency,
        case
            when seeded_rates.usd_rate is not null then seeded_rates.usd_rate
            when currencies.currency = 'USD' then cast(1 as decimal(18, 8))
            else ranked_rates.usd_rate
        end as usd_rate
    from plan_years
    cross join currencies
    left join seeded_rates
        on
            plan_years.plan_year = seeded_rates.plan_year
            and currencies.currency = seeded_rates.currency
    left join ranked_rates
        on
            plan_years.plan_year = ranked_rates.plan_year
            and currencies.currency = ranked_rates.currency
            and ranked_rates.rate_number = 1
)

select
    usd_rates.plan_year,
    usd_rates.currency,
    case
        when usd_rates.currency = reporting.currency then cast(1 as decimal(16, 8))
        else cast({{ ratio('usd_rates.usd_rate', 'reporting.usd_rate') }} as decimal(16, 8))
    end as plan_rate
from usd_rates
inner join usd_rates as reporting
    on
        usd_rates.plan_year = reporting.plan_year
        and reporting.currency = '{{ var("reporting_currency") }}'
