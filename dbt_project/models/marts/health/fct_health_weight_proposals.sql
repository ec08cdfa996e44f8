{%- set columns = [
    'run_id', 'segment', 'lifecycle_stage', 'input_id', 'status', 'status_text', 'train_renewals',
    'train_lost', 'test_renewals', 'test_lost', 'current_weight', 'evidence_weight',
    'proposed_weight', 'current_auc', 'proposed_auc', 'auc_gain_lower_95', 'auc_gain_upper_95'
] -%}

with

recorded_rows as (
    {{ recorded_rows(source('churn_risk', 'weight_proposals'), columns) }}
),

model_runs as (
    select * from {{ ref('fct_churn_risk_model_runs') }}
)

select
    cast(recorded_rows.run_id as {{ dbt.type_string() }}) as run_id,
    cast(recorded_rows.segment as {{ dbt.type_string() }}) as segment,
    cast(recorded_rows.lifecycle_stage as {{ dbt.type_string() }}) as lifecycle_stage,
    cast(recorded_rows.input_id as {{ dbt.type_string() }}) as input_id,
    cast(recorded_rows.status as {{ dbt.type_string() }}) as status,
    cast(recorded_rows.status_text as {{ dbt.type_string() }}) as status_text,
    cast(recorded_rows.train_renewals as {{ dbt.type_int() }}) as train_renewals,
    cast(recorded_rows.train_lost as {{ dbt.type_int() }}) as train_lost,
    cast(recorded_rows.test_renewals as {{ dbt.type_int() }}) as test_renewals,
    cast(recorded_rows.test_lost as {{ dbt.type_int() }}) as test_lost,
    cast(recorded_rows.current_weight as decimal(6, 4)) as current_weight,
    cast(recorded_rows.evidence_weight as decimal(6, 4)) as evidence_weight,
    cast(recorded_rows.proposed_weight as decimal(6, 4)) as proposed_weight,
    cast(recorded_rows.current_auc as decimal(9, 6)) as current_auc,
    cast(recorded_rows.proposed_auc as decimal(9, 6)) as proposed_auc,
    cast(recorded_rows.auc_gain_lower_95 as decimal(9, 6)) as auc_gain_lower_95,
    cast(recorded_rows.auc_gain_upper_95 as decimal(9, 6)) as auc_gain_upper_95
from recorded_rows
inner join model_runs
    on recorded_rows.run_id = model_runs.run_id
