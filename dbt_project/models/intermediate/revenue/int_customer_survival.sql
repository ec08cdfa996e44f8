with

customer_ages as (
    select * from {{ ref('int_customer_ages') }}
),

revenue_settings as (
    select * from {{ ref('int_revenue_settings') }}
),

ages as (
    select
        customer_ages.*,
        settings.confidence_z
    from customer_ages
    left join revenue_settings as settings
        on customer_ages.segment = settings.segment
),

{{ survival_curve(
    'ages', ['segment', 'month_start_date'], 'months_since_start', 'accounts_at_risk', 'churned_accounts'
) }},

customer_survival as (
    select
        segment,
        cast(months_since_start as {{ dbt.type_int() }}) as months_since_start,
        cast(accounts_at_risk as {{ dbt.type_int() }}) as accounts_at_risk,
        cast(churned_accounts as {{ dbt.type_int() }}) as churned_accounts,
        survival_rate,
        survival_rate_low,
        survival_rate_high,
        month_start_date
    from survival_curve
)

select * from customer_survival
