with

health_weights as (
    select * from {{ ref('health_weights') }}
),

segments as (
    select * from {{ ref('segments') }}
),

segment_names as (
    select segment_id as segment from segments
    union
    select 'none' as segment
),

stage_names as (
    select lifecycle_stage from health_weights
    where lifecycle_stage <> 'all'
    union
    select 'other' as lifecycle_stage
),

weight_sets as (
    select
        segment,
        lifecycle_stage,
        valid_from,
        max(model_version) as model_version,
        -- a stage says more about what matters now than a segment does
        case when lifecycle_stage = 'all' then 0 else 1 + 1 end
        + case when segment = 'all' then 0 else 1 end as specificity
    from health_weights
    group by segment, lifecycle_stage, valid_from
),

candidates as (
    select
        segment_names.segment,
        stage_names.lifecycle_stage,
        weight_sets.segment as set_segment,
        weight_sets.lifecycle_stage as set_lifecycle_stage,
        weight_sets.valid_from as set_valid_from,
        weight_sets.model_version,
        weight_sets.specificity
    from segment_names
    cross join stage_names
    inner join weight_sets
        on
            weight_sets.segment in (segment_names.segment, 'all')
            and weight_sets.lifecycle_stage in (stage_names.lifecycle_stage, 'all')
),

starts as (
    select
        segment,
        lifecycle_stage,
        set_valid_from
    from candidates
    group by segment, lifecycle_stage, set_valid_from
),

-- Every day on which some set starts, the best of those that have started is chosen anew.
choices as (
    select
        starts.segment,
        starts.lifecycle_stage,
        starts.set_valid_from as valid_from,
        candidates.set_segment,
        candidates.set_lifecycle_stage,
        candidates.set_valid_from,
        candidates.model_version,
        row_number() over (
            partition by starts.segment, starts.lifecycle_stage, starts.set_valid_from
            order by candidates.specificity desc, candidates.set_valid_from desc
        ) as choice
    from starts
    inner join candidates
        on
            starts.segment = candidates.segment
            and starts.lifecycle_stage = candidates.lifecycle_stage
            and starts.set_valid_from >= candidates.set_valid_from
),

intervals as (
    select
        choices.*,
        lead(valid_from) over (
            partition by segment, lifecycle_stage order by valid_from asc
        ) as valid_to
    from choices
    where choice = 1
),

weights as (
    select
        intervals.segment,
        intervals.lifecycle_stage,
        health_weights.input_id,
        intervals.model_version,
        health_weights.weight,
        intervals.valid_from,
        intervals.valid_to
    from intervals
    inner join health_weights
        on
            intervals.set_segment = health_weights.segment
            and intervals.set_lifecycle_stage = health_weights.lifecycle_stage
            and intervals.set_valid_from = health_weights.valid_from
)

select * from weights
