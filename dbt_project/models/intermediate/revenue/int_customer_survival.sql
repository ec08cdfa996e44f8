with

customer_ages as (
    select * from {{ ref('int_customer_ages') }}
),

revenue_settings as (
    select * from {{ ref('int_revenue_settings') }}
),

-- Kaplan and Meier 1958: the product, age by age, of the share that was kept. Where everybody at
-- risk was lost it is 0, and no age follows.
products as (
    select
        segment,
        months_since_start,
        accounts_at_risk,
        churned_accounts,
        case when accounts_at_risk = churned_accounts then 0 else exp(
            sum(case
                when accounts_at_risk > churned_accounts
                    then ln({{ ratio('accounts_at_risk - churned_accounts', 'accounts_at_risk') }})
            end) over (
                partition by segment, month_start_date order by months_since_start asc
            )
        ) end as survival_rate,
        sum({{ ratio(
            'churned_accounts', 'accounts_at_risk * (accounts_at_risk - churned_accounts)'
        ) }}) over (
            partition by segment, month_start_date order by months_since_start asc
        ) as greenwood_sum,
        month_start_date
    from customer_ages
),

-- Greenwood's variance on the log-log scale (Kalbfleisch and Prentice), so that the interval stays
-- between 0 and 1; before the first loss and after the last there is none.
bounds as (
    select
        products.*,
        case
            when products.greenwood_sum > 0 and products.survival_rate > 0
                then
                    settings.confidence_z * sqrt(products.greenwood_sum)
                    / ln(products.survival_rate)
        end as log_log_width
    from products
    left join revenue_settings as settings
        on products.segment = settings.segment
),

customer_survival as (
    select
        segment,
        cast(months_since_start as {{ dbt.type_int() }}) as months_since_start,
        cast(accounts_at_risk as {{ dbt.type_int() }}) as accounts_at_risk,
        cast(churned_accounts as {{ dbt.type_int() }}) as churned_accounts,
        cast(survival_rate as decimal(12, 9)) as survival_rate,
        cast(power(survival_rate, exp(-log_log_width)) as decimal(12, 9)) as survival_rate_low,
        cast(power(survival_rate, exp(log_log_width)) as decimal(12, 9)) as survival_rate_high,
        month_start_date
    from bounds
)

select * from customer_survival
