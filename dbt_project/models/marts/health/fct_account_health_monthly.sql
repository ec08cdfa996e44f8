with

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
    where
        date_day = {{ dbt.last_day('date_day', 'month') }}
        or date_day = {{ as_of_day() }}
),

arr_movements_monthly as (
    select * from {{ ref('fct_arr_movements_monthly') }}
)

select
    cast(account_health_daily.account_id as {{ dbt.type_string() }}) as account_id,
    cast(account_health_daily.segment as {{ dbt.type_string() }}) as segment,
    cast(account_health_daily.lifecycle_stage as {{ dbt.type_string() }}) as lifecycle_stage,
    cast(account_health_daily.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(account_health_daily.status as {{ dbt.type_string() }}) as status,
    cast(account_health_daily.band as {{ dbt.type_string() }}) as band,
    cast(account_health_daily.outlook as {{ dbt.type_string() }}) as outlook,
    cast(account_health_daily.score as decimal(7, 2)) as score,
    cast(account_health_daily.coverage as decimal(6, 4)) as coverage,
    cast(coalesce(arr_movements_monthly.closing_arr, 0) as decimal(18, 2)) as arr,
    account_health_daily.is_overridden,
    cast({{ dbt.date_trunc('month', 'account_health_daily.date_day') }} as date)
        as month_start_date,
    account_health_daily.date_day
from account_health_daily
left join arr_movements_monthly
    on
        account_health_daily.account_id = arr_movements_monthly.account_id
        and account_health_daily.date_day = arr_movements_monthly.state_date
