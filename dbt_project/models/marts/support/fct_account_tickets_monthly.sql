with

account_health_monthly as (
    select * from {{ ref('fct_account_health_monthly') }}
),

health_inputs_daily as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        measure_id = 'ticket_rate'
        and (
            date_day = {{ dbt.last_day('date_day', 'month') }}
            or date_day = {{ as_of_day() }}
        )
),

arr_movements_monthly as (
    select * from {{ ref('fct_arr_movements_monthly') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
)

select
    cast(account_health_monthly.account_id as {{ dbt.type_string() }}) as account_id,
    cast(account_health_monthly.segment as {{ dbt.type_string() }}) as segment,
    cast(nullif(arr_movements_monthly.region, '(none)') as {{ dbt.type_string() }}) as region,
    cast(account_health_monthly.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(hr_employees.team as {{ dbt.type_string() }}) as team,
    cast(health_inputs_daily.numerator as {{ dbt.type_int() }}) as tickets,
    cast(health_inputs_daily.denominator as {{ dbt.type_int() }}) as seats,
    {{ ratio('health_inputs_daily.numerator * 100', 'health_inputs_daily.denominator') }}
        as ticket_rate,
    account_health_monthly.month_start_date,
    account_health_monthly.date_day
from account_health_monthly
left join health_inputs_daily
    on
        account_health_monthly.account_id = health_inputs_daily.account_id
        and account_health_monthly.date_day = health_inputs_daily.date_day
left join arr_movements_monthly
    on
        account_health_monthly.account_id = arr_movements_monthly.account_id
        and account_health_monthly.date_day = arr_movements_monthly.state_date
left join hr_employees
    on account_health_monthly.csm_user_id = hr_employees.user_id
