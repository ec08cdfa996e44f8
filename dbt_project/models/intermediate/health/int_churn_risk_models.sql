with

accepted_models as (
    select * from {{ ref('churn_risk_models') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

contract_ends as (
    select
        contract_id,
        end_date
    from crm_contracts
    group by contract_id, end_date
),

-- A model says nothing about a company whose renewals it hasn't learned from.
models_of_this_company as (
    select accepted_models.*
    from accepted_models
    inner join contract_ends
        on
            accepted_models.learned_from_contract_id = contract_ends.contract_id
            and accepted_models.learned_from_end_date = contract_ends.end_date
)

select
    model_id,
    intercept,
    calibration_slope,
    calibration_intercept,
    valid_from,
    lead(valid_from) over (order by valid_from asc) as valid_to
from models_of_this_company
