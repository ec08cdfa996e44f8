with

account_health_inputs_daily as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        date_day = {{ as_of_day() }}
        and measure_id <> 'all'
),

summed as (
    select
        measure_id,
        input_id,
        date_day,
        count(*) as accounts,
        count(grade) as graded_accounts,
        sum(case when is_present then 1 else 0 end) as known_accounts,
        sum(grade) as grade_total,
        count(effective_weight) as weighted_accounts,
        sum(effective_weight) as weight_total
    from account_health_inputs_daily
    group by measure_id, input_id, date_day
)

select
    measure_id,
    input_id,
    cast(accounts as {{ dbt.type_int() }}) as accounts,
    cast(known_accounts as {{ dbt.type_int() }}) as known_accounts,
    cast(graded_accounts as {{ dbt.type_int() }}) as graded_accounts,
    cast(weighted_accounts as {{ dbt.type_int() }}) as weighted_accounts,
    cast(grade_total as decimal(18, 2)) as grade_total,
    cast(weight_total as decimal(18, 6)) as weight_total,
    {{ ratio('grade_total', 'graded_accounts') }} as mean_grade,
    {{ ratio('weight_total', 'weighted_accounts') }} as mean_weight,
    date_day as as_of_date
from summed
