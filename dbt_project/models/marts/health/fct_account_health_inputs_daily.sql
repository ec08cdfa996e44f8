{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}

with

measure_grades as (
    select * from {{ ref('int_health_measure_grades') }}
    where {{ is_new_day(first_day, last_day) }}
),

input_grades as (
    select * from {{ ref('int_health_input_grades_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

-- A measure's part of the score: share of the input x share within the input x grade.
measure_parts as (
    select
        measure_grades.*,
        case
            when input_grades.effective_weight is not null then cast({{ ratio(
                'input_grades.weight * measure_grades.measure_weight',
                'input_grades.coverage * input_grades.measure_weight'
            ) }} as decimal(9, 6))
        end as effective_weight,
        case
            when input_grades.effective_weight is not null then cast({{ ratio(
                'input_grades.weight * measure_grades.measure_weight * measure_grades.grade',
                'input_grades.coverage * input_grades.measure_weight'
            ) }} as decimal(9, 4))
        end as contribution
    from measure_grades
    inner join input_grades
        on
            measure_grades.account_id = input_grades.account_id
            and measure_grades.input_id = input_grades.input_id
            and measure_grades.date_day = input_grades.date_day
),

-- One number that orders the parts of a score: the contribution, among equal ones the measure.
input_parts as (
    select
        account_id,
        input_id,
        date_day,
        sum(contribution) as contribution,
        max(contribution * 10000 + measure_rank) as largest_part
    from measure_parts
    where contribution is not null
    group by account_id, input_id, date_day
),

scores as (
    select
        account_id,
        date_day,
        sum(contribution) as contribution,
        max(largest_part) as largest_part
    from input_parts
    group by account_id, date_day
),

-- What rounding leaves over goes to the largest part, so that the parts sum to the score.
leftovers as (
    select
        raw_scores.account_id,
        raw_scores.date_day,
        scores.largest_part,
        raw_scores.raw_score - scores.contribution as leftover
    from (
        select
            account_id,
            date_day,
            max(raw_score) as raw_score
        from input_grades
        group by account_id, date_day
    ) as raw_scores
    inner join scores
        on raw_scores.account_id = scores.account_id and raw_scores.date_day = scores.date_day
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
        input_parts.contribution
        + case
            when input_parts.largest_part = leftovers.largest_part then leftovers.leftover else 0
        end
            as contribution,
        input_grades.is_present,
        input_grades.date_day
    from input_grades
    left join input_parts
        on
            input_grades.account_id = input_parts.account_id
            and input_grades.input_id = input_parts.input_id
            and input_grades.date_day = input_parts.date_day
    left join leftovers
        on
            input_grades.account_id = leftovers.account_id
            and input_grades.date_day = leftovers.date_day
    union all
    select
        measure_parts.account_id,
        measure_parts.input_id,
        measure_parts.measure_id,
        measure_parts.measure_value,
        measure_parts.numerator,
        measure_parts.denominator,
        measure_parts.grade,
        measure_parts.measure_weight as weight,
        measure_parts.effective_weight,
        measure_parts.contribution
        + case
            when
                measure_parts.contribution * 10000 + measure_parts.measure_rank
                = leftovers.largest_part
                then leftovers.leftover
            else 0
        end as contribution,
        measure_parts.contribution is not null as is_present,
        measure_parts.date_day
    from measure_parts
    left join leftovers
        on
            measure_parts.account_id = leftovers.account_id
            and measure_parts.date_day = leftovers.date_day
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
