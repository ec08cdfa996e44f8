-- Sets of weights, of inputs or of the measures in an input, that don't sum to 1.
with

health_weights as (
    select * from {{ ref('health_weights') }}
),

health_measure_weights as (
    select * from {{ ref('health_measure_weights') }}
),

sums as (
    select
        segment || ', ' || lifecycle_stage as weight_set,
        valid_from,
        sum(weight) as weight_sum
    from health_weights
    group by segment, lifecycle_stage, valid_from
    union all
    select
        input_id as weight_set,
        valid_from,
        sum(measure_weight) as weight_sum
    from health_measure_weights
    group by input_id, valid_from
)

select * from sums
where weight_sum <> 1
