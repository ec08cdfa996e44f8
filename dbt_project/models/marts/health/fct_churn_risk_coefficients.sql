{%- set columns = [
    'run_id', 'input_id', 'renewals', 'mean_grade', 'grade_deviation', 'coefficient',
    'standard_coefficient'
] -%}

with

fits as (
    {{ recorded_rows(source('churn_risk', 'coefficients'), columns) }}
),

model_runs as (
    select * from {{ ref('fct_churn_risk_model_runs') }}
)

select
    cast(fits.run_id as {{ dbt.type_string() }}) as run_id,
    cast(fits.input_id as {{ dbt.type_string() }}) as input_id,
    cast(fits.renewals as {{ dbt.type_int() }}) as renewals,
    cast(fits.mean_grade as decimal(9, 4)) as mean_grade,
    cast(fits.grade_deviation as decimal(9, 4)) as grade_deviation,
    cast(fits.coefficient as decimal(12, 8)) as coefficient,
    cast(fits.standard_coefficient as decimal(12, 8)) as standard_coefficient
from fits
inner join model_runs
    on fits.run_id = model_runs.run_id
