with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

retention as (
    select * from {{ ref('rpt_retention_monthly') }}
),

customer_survival as (
    select * from {{ ref('int_customer_survival') }}
),

revenue_settings as (
    select * from {{ ref('int_revenue_settings') }}
),

active_accounts as (
    select
        account_slices.slice_value as segment,
        movements.month_start_date,
        count(*) as active_accounts,
        sum(movements.closing_arr) as arr
    from account_arr_movements as movements
    inner join account_slices
        on
            movements.account_id = account_slices.account_id
            and account_slices.slice_at = 'end'
            and account_slices.slice_type = 'segment'
            and movements.month_number >= account_slices.first_month_number
            and movements.month_number <= account_slices.last_month_number
    where movements.closing_arr > 0
    group by account_slices.slice_value, movements.month_start_date
),

-- The area under the curve up to the horizon is the time that a customer is expected to stay in it.
lifetimes as (
    select
        survival.segment,
        survival.month_start_date,
        sum(case
            when survival.months_since_start < settings.lifetime_horizon_months
                then survival.survival_rate
            else 0
        end) as expected_months,
        sum(case
            when survival.months_since_start = settings.lifetime_horizon_months
                then survival.accounts_at_risk
            else 0
        end) as accounts_at_horizon
    from customer_survival as survival
    inner join revenue_settings as settings
        on survival.segment = settings.segment
    group by survival.segment, survival.month_start_date
),

joined as (
    select
        retention.slice_value as segment,
        retention.cohort_logos,
        retention.churned_logos,
        coalesce(active_accounts.active_accounts, 0) as active_accounts,
        coalesce(active_accounts.arr, 0) as arr,
        settings.gross_margin,
        {{ ratio('active_accounts.arr', 'active_accounts.active_accounts') }} as arr_per_account,
        retention.logo_churn,
        settings.lifetime_horizon_months as horizon_months,
        coalesce(lifetimes.accounts_at_horizon, 0) as accounts_at_horizon,
        case
            when lifetimes.accounts_at_horizon >= settings.lifetime_min_accounts
                then {{ ratio('lifetimes.expected_months', '12') }}
        end as expected_years,
        retention.is_month_complete,
        retention.month_start_date
    from retention
    left join active_accounts
        on
            retention.slice_value = active_accounts.segment
            and retention.month_start_date = active_accounts.month_start_date
    left join lifetimes
        on
            retention.slice_value = lifetimes.segment
            and retention.month_start_date = lifetimes.month_start_date
    left join revenue_settings as settings
        on retention.slice_value = settings.segment
    where retention.slice_type = 'segment'
)

select
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(active_accounts as {{ dbt.type_int() }}) as active_accounts,
    cohort_logos,
    churned_logos,
    cast(arr as decimal(18, 2)) as arr,
    cast(arr_per_account as decimal(18, 2)) as arr_per_account,
    cast(gross_margin as decimal(9, 4)) as gross_margin,
    logo_churn,
    cast(
        {{ ratio('arr_per_account * gross_margin', 'logo_churn') }} as decimal(18, 2)
    ) as customer_lifetime_value,
    cast(horizon_months as {{ dbt.type_int() }}) as horizon_months,
    cast(accounts_at_horizon as {{ dbt.type_int() }}) as accounts_at_horizon,
    cast(expected_years as decimal(9, 4)) as expected_years,
    cast(arr_per_account * gross_margin * expected_years as decimal(18, 2))
        as lifetime_value_within_horizon,
    is_month_complete,
    month_start_date
from joined
