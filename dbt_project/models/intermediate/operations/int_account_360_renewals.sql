with

renewals as (
    select * from {{ ref('fct_renewals') }}
    where outcome in ('pending', 'overdue')
),

renewal_warnings as (
    select * from {{ ref('fct_renewal_warnings') }}
),

warnings as (
    select
        contract_id,
        count(*) as warnings
    from renewal_warnings
    group by contract_id
),

-- The open term that is due first; an overdue one comes before those to come.
ranked as (
    select
        renewals.*,
        coalesce(warnings.warnings, 0) as warnings,
        row_number() over (
            partition by renewals.account_id
            order by
                case when renewals.is_coterm_stub then 1 else 0 end asc,
                renewals.due_date asc,
                renewals.contract_id asc
        ) as choice
    from renewals
    left join warnings
        on renewals.contract_id = warnings.contract_id
)

select
    account_id,
    contract_id,
    due_date,
    due_arr,
    outcome,
    forecast_category,
    is_at_risk,
    warnings,
    {{ dbt.datediff(as_of_day(), 'due_date', 'day') }}
        as days_to_renewal
from ranked
where choice = 1
