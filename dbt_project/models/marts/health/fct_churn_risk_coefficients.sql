{%- set columns = [
    'run_id', 'input_id', 'renewals', 'mean_grade', 'grade_deviation', 'coefficient',
    'standard_coefficient'
] -%}

with

recorded_rows as (
    {{ recorded_rows(source('churn_risk', 'coefficients'), columns) }}
),

model_runs as (
    select * from {{ ref('fct_churn_risk_model_runs') }}
)

select
    cast(recorded_rows.run_id as {{ dbt.type_string() }}) as run_id,
    cast(recorded_rows.input_id as {{ dbt.type_string() }}) as input_id,
    cast(recorded_rows.renewals as {{ dbt.type_int() }}) as renewals,
    cast(recorded_rows.mean_grade as decimal(9, 4)) as mean_grade,
    cast(recorded_rows.grade_deviation as decimal(9, 4)) as grade_deviation,
    cast(recorded_rows.coefficient as decimal(12, 8)) as coefficient,
    cast(recorded_rows.standard_coefficient as decimal(12, 8)) as standard_coefficient
from recorded_rows
inner join model_runs
    on recorded_rows.run_id = model_runs.run_id
