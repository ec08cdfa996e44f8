with

account_health_monthly as (
    select * from {{ ref('fct_account_health_monthly') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

sliced as (
    select
        'company' as slice_type,
        'all' as slice_value,
        account_health_monthly.*
    from account_health_monthly

    union all

    select
        'segment' as slice_type,
        segment as slice_value,
        account_health_monthly.*
    from account_health_monthly
    where segment is not null

    union all

    select
        'start_year' as slice_type,
        cast(
            extract(year from accounts.first_customer_date) as {{ dbt.type_string() }}
        ) as slice_value,
        account_health_monthly.*
    from account_health_monthly
    inner join accounts
        on account_health_monthly.account_id = accounts.account_id
    where accounts.first_customer_date is not null
),

summed as (
    select
        slice_type,
        slice_value,
        month_start_date,
        max(date_day) as date_day,
        count(*) as accounts,
        count(score) as scored_accounts,
        sum(case when band = 'green' then 1 else 0 end) as healthy_accounts,
        sum(case when band = 'red' then 1 else 0 end) as at_risk_accounts,
        sum(score) as score_total,
        sum(arr) as arr,
        sum(case when band = 'green' then arr else 0 end) as healthy_arr,
        sum(case when band = 'red' then arr else 0 end) as at_risk_arr
    from sliced
    group by slice_type, slice_value, month_start_date
)

select
    slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(accounts as {{ dbt.type_int() }}) as accounts,
    cast(scored_accounts as {{ dbt.type_int() }}) as scored_accounts,
    cast(healthy_accounts as {{ dbt.type_int() }}) as healthy_accounts,
    cast(at_risk_accounts as {{ dbt.type_int() }}) as at_risk_accounts,
    cast(score_total as decimal(18, 2)) as score_total,
    {{ ratio('score_total', 'scored_accounts') }} as mean_score,
    cast(arr as decimal(18, 2)) as arr,
    cast(healthy_arr as decimal(18, 2)) as healthy_arr,
    cast(at_risk_arr as decimal(18, 2)) as at_risk_arr,
    {{ ratio('healthy_arr', 'arr') }} as healthy_arr_rate,
    {{ ratio('at_risk_arr', 'arr') }} as at_risk_arr_rate,
    month_start_date,
    date_day
from summed
