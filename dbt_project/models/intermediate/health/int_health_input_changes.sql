with

measure_changes as (
    select * from {{ ref('int_health_measure_changes') }}
    where measure_id = 'all'
),

-- At unchanged weight all of it is the input's own; else what its grade does at the old weight.
own_changes as (
    select
        account_id,
        comparison_days,
        input_id,
        contribution_change,
        cast(
            case
                when effective_weight = previous_effective_weight then contribution_change
                else coalesce(previous_effective_weight * (grade - previous_grade), 0)
            end as decimal(9, 4)
        ) as input_change,
        date_day
    from measure_changes
),

input_changes as (
    select
        account_id,
        comparison_days,
        input_id,
        input_change,
        cast(contribution_change - input_change as decimal(9, 4)) as weight_change,
        date_day
    from own_changes
)

select * from input_changes
