with

measure_bands as (
    select * from {{ ref('health_measure_bands') }}
),

measure_weights as (
    select * from {{ ref('health_measure_weights') }}
),

segments as (
    select * from {{ ref('segments') }}
),

segment_names as (
    select segment_id as segment from segments
    union
    select 'none' as segment
),

band_sets as (
    select
        measure_id,
        segment as set_segment,
        valid_from
    from measure_bands
    group by measure_id, segment, valid_from
),

band_versions as (
    select
        measure_id,
        set_segment,
        valid_from,
        lead(valid_from)
            over (partition by measure_id, set_segment order by valid_from asc)
            as valid_to
    from band_sets
),

weight_versions as (
    select
        measure_id,
        input_id,
        measure_weight,
        valid_from,
        lead(valid_from) over (partition by measure_id order by valid_from asc) as valid_to
    from measure_weights
),

own_sets as (
    select
        measure_id,
        set_segment as segment
    from band_sets
    group by measure_id, set_segment
),

-- A segment with bands of its own for a measure doesn't use those for all.
versions_by_segment as (
    select
        segment_names.segment,
        band_versions.*
    from segment_names
    cross join band_versions
    left join own_sets
        on
            segment_names.segment = own_sets.segment
            and band_versions.measure_id = own_sets.measure_id
    where band_versions.set_segment = coalesce(own_sets.segment, 'all')
),

bands as (
    select
        measure_bands.measure_id,
        weight_versions.input_id,
        versions_by_segment.segment,
        measure_bands.lower_bound,
        measure_bands.upper_bound,
        measure_bands.grade,
        weight_versions.measure_weight,
        cast(dense_rank() over (order by measure_bands.measure_id desc) as {{ dbt.type_int() }})
            as measure_rank,
        greatest(versions_by_segment.valid_from, weight_versions.valid_from) as valid_from,
        case
            when versions_by_segment.valid_to is null then weight_versions.valid_to
            when weight_versions.valid_to is null then versions_by_segment.valid_to
            else least(versions_by_segment.valid_to, weight_versions.valid_to)
        end as valid_to
    from versions_by_segment
    inner join measure_bands
        on
            versions_by_segment.measure_id = measure_bands.measure_id
            and versions_by_segment.set_segment = measure_bands.segment
            and versions_by_segment.valid_from = measure_bands.valid_from
    inner join weight_versions
        on versions_by_segment.measure_id = weight_versions.measure_id
)

select * from bands
where
    valid_to is null
    or valid_from < valid_to
