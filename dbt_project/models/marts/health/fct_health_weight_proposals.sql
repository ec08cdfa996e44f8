{%- set columns = [
    'run_id', 'segment', 'lifecycle_stage', 'input_id', 'status', 'status_text', 'train_renewals',
    'train_lost', 'test_renewals', 'test_lost', 'current_weight', 'evidence_weight',
    'proposed_weight', 'current_auc', 'proposed_auc', 'auc_gain_lower_95', 'auc_gain_upper_95'
] -%}

with

fits as (
    {{ recorded_rows(source('churn_risk', 'weight_proposals'), columns) }}
),

model_runs as (
    select * from {{ ref('fct_churn_risk_model_runs') }}
)

select
    cast(fits.run_id as {{ dbt.type_string() }}) as run_id,
    cast(fits.segment as {{ dbt.type_string() }}) as segment,
    cast(fits.lifecycle_stage as {{ dbt.type_string() }}) as lifecycle_stage,
    cast(fits.input_id as {{ dbt.type_string() }}) as input_id,
    cast(fits.status as {{ dbt.type_string() }}) as status,
    cast(fits.status_text as {{ dbt.type_string() }}) as status_text,
    cast(fits.train_renewals as {{ dbt.type_int() }}) as train_renewals,
    cast(fits.train_lost as {{ dbt.type_int() }}) as train_lost,
    cast(fits.test_renewals as {{ dbt.type_int() }}) as test_renewals,
    cast(fits.test_lost as {{ dbt.type_int() }}) as test_lost,
    cast(fits.current_weight as decimal(6, 4)) as current_weight,
    cast(fits.evidence_weight as decimal(6, 4)) as evidence_weight,
    cast(fits.proposed_weight as decimal(6, 4)) as proposed_weight,
    cast(fits.current_auc as decimal(9, 6)) as current_auc,
    cast(fits.proposed_auc as decimal(9, 6)) as proposed_auc,
    cast(fits.auc_gain_lower_95 as decimal(9, 6)) as auc_gain_lower_95,
    cast(fits.auc_gain_upper_95 as decimal(9, 6)) as auc_gain_upper_95
from fits
inner join model_runs
    on fits.run_id = model_runs.run_id
