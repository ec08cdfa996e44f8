with

fx_rates as (
    select * from {{ ref('fx_rates') }}
),

plan_fx_rates as (
    select * from {{ ref('plan_fx_rates') }}
),

billing_subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

billing_invoice_lines as (
    select * from {{ ref('billing_invoice_lines') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

plan_year as (
    select
        {{ as_of_year() }} as plan_year,
        cast('{{ as_of_year() }}-01-01' as date) as plan_year_start
),

used_currencies as (
    select '{{ var("reporting_currency") }}' as currency
    union
    select 'USD' as currency
    union
    select currency from billing_subscriptions
    union
    select currency from billing_invoice_lines
    union
    select currency from crm_accounts
    union
    select currency from crm_contracts
    union
    select currency from fx_rates
),

ranked_rates as (
    select
        fx_rates.currency,
        fx_rates.usd_rate,
        fx_rates.rate_date < plan_year.plan_year_start as is_before_year,
        row_number() over (
            partition by fx_rates.currency, fx_rates.rate_date < plan_year.plan_year_start
            order by fx_rates.rate_date desc
        ) as newest_number,
        row_number() over (
            partition by fx_rates.currency, fx_rates.rate_date < plan_year.plan_year_start
            order by fx_rates.rate_date asc
        ) as oldest_number
    from fx_rates
    cross join plan_year
),

seeded_rates as (
    select
        plan_fx_rates.currency,
        plan_fx_rates.usd_rate
    from plan_fx_rates
    inner join plan_year
        on plan_fx_rates.plan_year = plan_year.plan_year
),

usd_rates as (
    select
        used_currencies.currency,
        case
            when seeded_rates.usd_rate is not null then seeded_rates.usd_rate
            when used_currencies.currency = 'USD' then cast(1 as decimal(18, 8))
            when last_rates.usd_rate is not null then last_rates.usd_rate
            else first_rates.usd_rate
        end as usd_rate,
        case
            when seeded_rates.usd_rate is not null then 'plan'
            when used_currencies.currency = 'USD' then 'parity'
            when last_rates.usd_rate is not null then 'last_before_year'
            when first_rates.usd_rate is not null then 'first_known'
            else 'missing'
        end as rate_source
    from used_currencies
    left join seeded_rates
        on used_currencies.currency = seeded_rates.currency
    left join ranked_rates as last_rates
        on
            used_currencies.currency = last_rates.currency
            and last_rates.is_before_year
            and last_rates.newest_number = 1
    left join ranked_rates as first_rates
        on
            used_currencies.currency = first_rates.currency
            and not first_rates.is_before_year
            and first_rates.oldest_number = 1
    where used_currencies.currency is not null
),

reporting_rates as (
    select
        usd_rates.currency,
        reporting.currency as reporting_currency,
        plan_year.plan_year,
        case
            when usd_rates.currency = reporting.currency then 'parity'
            when reporting.rate_source = 'missing' then 'missing'
            else usd_rates.rate_source
        end as rate_source,
        case
            when usd_rates.currency = reporting.currency then cast(1 as decimal(16, 8))
            else cast({{ ratio('usd_rates.usd_rate', 'reporting.usd_rate') }} as decimal(16, 8))
        end as plan_rate
    from usd_rates
    cross join plan_year
    inner join usd_rates as reporting
        on reporting.currency = '{{ var("reporting_currency") }}'
)

select * from reporting_rates
