with

months as (
    select * from {{ ref('int_months') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

fx_rates as (
    select * from {{ ref('fx_rates') }}
),

currency_months as (
    select
        plan_fx_rates.currency,
        plan_fx_rates.reporting_currency,
        plan_fx_rates.plan_rate,
        months.month_number,
        months.state_date
    from plan_fx_rates
    cross join months
),

rate_intervals as (
    select
        currency,
        usd_rate,
        rate_date,
        coalesce(
            lead(rate_date) over (partition by currency order by rate_date asc),
            cast('9999-12-31' as date)
        ) as next_rate_date
    from fx_rates
    where currency <> 'USD'
),

dollar_rates as (
    select
        currency_months.*,
        case
            when currency_months.currency = 'USD' then cast(1 as decimal(18, 8))
            else rate_intervals.usd_rate
        end as usd_rate,
        coalesce(
            currency_months.currency = 'USD'
            or rate_intervals.rate_date = currency_months.state_date, false
        ) as is_of_the_day
    from currency_months
    left join rate_intervals
        on
            currency_months.currency = rate_intervals.currency
            and currency_months.state_date >= rate_intervals.rate_date
            and currency_months.state_date < rate_intervals.next_rate_date
),

-- Both sides of a cross rate must be known; else the plan rate stands in and says so.
reporting_rates as (
    select
        dollar_rates.currency,
        dollar_rates.month_number,
        case
            when dollar_rates.currency = dollar_rates.reporting_currency
                then cast(1 as decimal(16, 8))
            when dollar_rates.usd_rate is null or coalesce(reporting.usd_rate, 0) = 0
                then dollar_rates.plan_rate
            else cast(
                {{ ratio('dollar_rates.usd_rate', 'reporting.usd_rate') }} as decimal(16, 8)
            )
        end as spot_rate,
        case
            when dollar_rates.currency = dollar_rates.reporting_currency then 'exact'
            when dollar_rates.usd_rate is null or coalesce(reporting.usd_rate, 0) = 0
                then 'missing'
            when dollar_rates.is_of_the_day and reporting.is_of_the_day then 'exact'
            else 'last_known'
        end as rate_status,
        dollar_rates.state_date
    from dollar_rates
    left join dollar_rates as reporting
        on
            dollar_rates.reporting_currency = reporting.currency
            and dollar_rates.month_number = reporting.month_number
),

spot_fx_rates as (
    select
        currency,
        month_number,
        spot_rate,
        lead(spot_rate) over (
            partition by currency order by month_number asc
        ) as next_spot_rate,
        rate_status,
        state_date
    from reporting_rates
)

select * from spot_fx_rates
