{%- set first_day = first_new_day() -%}

with

measure_grades as (
    select * from {{ ref('int_health_measure_grades') }}
    {%- if first_day %}
    where date_day >= {{ day_literal(first_day) }}
    {%- endif %}
),

input_grades as (
    select * from {{ ref('int_health_input_grades_daily') }}
    {%- if first_day %}
    where date_day >= {{ day_literal(first_day) }}
    {%- endif %}
),

-- A measure's part of the score: the input's share of the weights x its own share within the input x its grade.
contributions as (
    select
        measure_grades.account_id,
        measure_grades.input_id,
        measure_grades.measure_id,
        measure_grades.measure_value,
        measure_grades.numerator,
        measure_grades.denominator,
        measure_grades.grade,
        measure_grades.measure_weight as weight,
        input_grades.raw_score,
        cast({{ ratio(
            'input_grades.weight * measure_grades.measure_weight',
            'input_grades.coverage * input_grades.measure_weight'
        ) }} as decimal(9, 6)) as effective_weight,
        cast({{ ratio(
            'input_grades.weight * measure_grades.measure_weight * measure_grades.grade',
            'input_grades.coverage * input_grades.measure_weight'
        ) }} as decimal(9, 4)) as contribution,
        measure_grades.date_day
    from measure_grades
    inner join input_grades
        on
            measure_grades.account_id = input_grades.account_id
            and measure_grades.input_id = input_grades.input_id
            and measure_grades.date_day = input_grades.date_day
    where
        input_grades.is_present
        and input_grades.raw_score is not null
),

-- What rounding leaves over goes to the largest part, so that the parts are the score to the last digit.
ranked as (
    select
        contributions.*,
        row_number() over (
            partition by account_id, date_day
            order by contribution desc, measure_id asc
        ) as contribution_rank,
        raw_score - sum(contribution) over (partition by account_id, date_day) as leftover
    from contributions
),

measure_parts as (
    select
        account_id,
        input_id,
        measure_id,
        effective_weight,
        cast(
            contribution + case when contribution_rank = 1 then leftover else 0 end as decimal(9, 4)
        ) as contribution,
        date_day
    from ranked
),

input_parts as (
    select
        account_id,
        input_id,
        date_day,
        cast(sum(contribution) as decimal(9, 4)) as contribution
    from measure_parts
    group by account_id, input_id, date_day
),

all_rows as (
    select
        input_grades.account_id,
        input_grades.input_id,
        'all' as measure_id,
        cast(null as decimal(18, 4)) as measure_value,
        cast(null as decimal(18, 4)) as numerator,
        cast(null as decimal(18, 4)) as denominator,
        input_grades.input_grade as grade,
        input_grades.weight,
        input_grades.effective_weight,
        input_parts.contribution,
        input_grades.is_present,
        input_grades.date_day
    from input_grades
    left join input_parts
        on
            input_grades.account_id = input_parts.account_id
            and input_grades.input_id = input_parts.input_id
            and input_grades.date_day = input_parts.date_day
    union all
    select
        measure_grades.account_id,
        measure_grades.input_id,
        measure_grades.measure_id,
        measure_grades.measure_value,
        measure_grades.numerator,
        measure_grades.denominator,
        measure_grades.grade,
        measure_grades.measure_weight as weight,
        measure_parts.effective_weight,
        measure_parts.contribution,
        measure_parts.account_id is not null as is_present,
        measure_grades.date_day
    from measure_grades
    left join measure_parts
        on
            measure_grades.account_id = measure_parts.account_id
            and measure_grades.measure_id = measure_parts.measure_id
            and measure_grades.date_day = measure_parts.date_day
)

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(input_id as {{ dbt.type_string() }}) as input_id,
    cast(measure_id as {{ dbt.type_string() }}) as measure_id,
    cast(measure_value as decimal(18, 4)) as measure_value,
    cast(numerator as decimal(18, 4)) as numerator,
    cast(denominator as decimal(18, 4)) as denominator,
    cast(grade as decimal(9, 4)) as grade,
    cast(weight as decimal(6, 4)) as weight,
    cast(effective_weight as decimal(9, 6)) as effective_weight,
    cast(contribution as decimal(9, 4)) as contribution,
    is_present,
    date_day
from all_rows
