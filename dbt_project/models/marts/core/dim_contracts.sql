with

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

-- A contract has one successor at most: the first that names it.
successors as (
    select
        previous_contract_id,
        contract_id,
        row_number() over (
            partition by previous_contract_id order by start_date asc, contract_id asc
        ) as successor_number
    from crm_contracts
    where previous_contract_id is not null
)

select
    crm_contracts.contract_id,
    account_survivors.surviving_account_id as account_id,
    crm_contracts.previous_contract_id,
    successors.contract_id as next_contract_id,
    crm_contracts.owner_user_id,
    crm_contracts.contract_number,
    crm_contracts.status,
    crm_contracts.currency,
    cast(crm_contracts.term_months as {{ dbt.type_int() }}) as term_months,
    cast(crm_contracts.notice_period_days as {{ dbt.type_int() }}) as notice_period_days,
    cast(crm_contracts.licensed_seats as {{ dbt.type_int() }}) as licensed_seats,
    cast(crm_contracts.arr as decimal(18, 2)) as arr_local,
    cast(crm_contracts.tcv as decimal(18, 2)) as tcv_local,
    case
        when plan_fx_rates.plan_rate is not null
            then {{ at_rate('crm_contracts.arr', 'plan_fx_rates.plan_rate') }}
    end as arr,
    crm_contracts.end_date is null as is_evergreen,
    crm_contracts.auto_renew as is_auto_renewing,
    crm_contracts.start_date <= {{ as_of_day() }}
    and coalesce(crm_contracts.end_date > {{ as_of_day() }}, true) as is_running,
    crm_contracts.start_date,
    crm_contracts.end_date,
    case
        when crm_contracts.end_date is not null
            then cast(
                {{ dbt.dateadd(
                    'day', '-coalesce(crm_contracts.notice_period_days, 0)', 'crm_contracts.end_date'
                ) }} as date
            )
    end as notice_deadline_date,
    cast(crm_contracts.signed_at as date) as signed_date
from crm_contracts
left join account_survivors
    on crm_contracts.account_id = account_survivors.account_id
left join successors
    on
        crm_contracts.contract_id = successors.previous_contract_id
        and successors.successor_number = 1
left join plan_fx_rates
    on
        coalesce(crm_contracts.currency, '{{ var("reporting_currency") }}')
        = plan_fx_rates.currency
