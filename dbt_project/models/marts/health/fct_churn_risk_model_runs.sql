{%- set columns = [
    'run_id', 'status', 'status_text', 'data_hash', 'learned_from_contract_id', 'class_weight',
    'library_version', 'run_number', 'horizon_days', 'train_renewals', 'train_lost',
    'test_renewals', 'test_lost', 'needed_lost', 'regularisation', 'intercept',
    'calibration_slope', 'calibration_intercept', 'auc', 'auc_lower_95', 'auc_upper_95', 'brier',
    'brier_lower_95', 'brier_upper_95', 'base_rate_brier', 'score_auc', 'learned_from_end_date',
    'first_train_date', 'last_train_date', 'learned_to_date', 'split_date', 'last_test_date',
    'known_to_date'
] -%}

with

runs as (
    {{ recorded_rows(source('churn_risk', 'model_runs'), columns) }}
),

accepted_models as (
    select * from {{ ref('churn_risk_models') }}
)

select
    cast(runs.run_id as {{ dbt.type_string() }}) as run_id,
    cast(runs.status as {{ dbt.type_string() }}) as status,
    cast(runs.status_text as {{ dbt.type_string() }}) as status_text,
    cast(runs.data_hash as {{ dbt.type_string() }}) as data_hash,
    cast(runs.learned_from_contract_id as {{ dbt.type_string() }}) as learned_from_contract_id,
    cast(runs.class_weight as {{ dbt.type_string() }}) as class_weight,
    cast(runs.library_version as {{ dbt.type_string() }}) as library_version,
    cast(runs.run_number as {{ dbt.type_int() }}) as run_number,
    cast(runs.horizon_days as {{ dbt.type_int() }}) as horizon_days,
    cast(runs.train_renewals as {{ dbt.type_int() }}) as train_renewals,
    cast(runs.train_lost as {{ dbt.type_int() }}) as train_lost,
    cast(runs.test_renewals as {{ dbt.type_int() }}) as test_renewals,
    cast(runs.test_lost as {{ dbt.type_int() }}) as test_lost,
    cast(runs.needed_lost as {{ dbt.type_int() }}) as needed_lost,
    cast(runs.regularisation as decimal(9, 6)) as regularisation,
    cast(runs.intercept as decimal(12, 8)) as intercept,
    cast(runs.calibration_slope as decimal(12, 8)) as calibration_slope,
    cast(runs.calibration_intercept as decimal(12, 8)) as calibration_intercept,
    cast(runs.auc as decimal(9, 6)) as auc,
    cast(runs.auc_lower_95 as decimal(9, 6)) as auc_lower_95,
    cast(runs.auc_upper_95 as decimal(9, 6)) as auc_upper_95,
    cast(runs.brier as decimal(9, 6)) as brier,
    cast(runs.brier_lower_95 as decimal(9, 6)) as brier_lower_95,
    cast(runs.brier_upper_95 as decimal(9, 6)) as brier_upper_95,
    cast(runs.base_rate_brier as decimal(9, 6)) as base_rate_brier,
    cast(runs.score_auc as decimal(9, 6)) as score_auc,
    accepted_models.model_id is not null as is_accepted,
    cast(runs.learned_from_end_date as date) as learned_from_end_date,
    cast(runs.first_train_date as date) as first_train_date,
    cast(runs.last_train_date as date) as last_train_date,
    cast(runs.learned_to_date as date) as learned_to_date,
    cast(runs.split_date as date) as split_date,
    cast(runs.last_test_date as date) as last_test_date,
    cast(runs.known_to_date as date) as known_to_date
from runs
left join accepted_models
    on runs.run_id = accepted_models.model_id
-- A run that an earlier day asked for can't have seen is left out.
where coalesce(cast(runs.known_to_date as date) <= {{ as_of_day() }}, true)
