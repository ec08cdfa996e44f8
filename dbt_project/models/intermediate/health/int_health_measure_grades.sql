with

measures as (
    select * from {{ ref('int_health_measures') }}
),

bands as (
    select * from {{ ref('int_health_measure_bands') }}
),

measure_grades as (
    select
        measures.account_id,
        bands.input_id,
        measures.measure_id,
        measures.measure_value,
        measures.numerator,
        measures.denominator,
        bands.grade,
        bands.measure_weight,
        bands.measure_rank,
        measures.date_day
    from measures
    inner join bands
        on
            measures.measure_id = bands.measure_id
            and coalesce(measures.segment, 'none') = bands.segment
            and coalesce(measures.measure_value >= bands.lower_bound, true)
            and coalesce(measures.measure_value < bands.upper_bound, true)
            and measures.date_day >= bands.valid_from
            and coalesce(measures.date_day < bands.valid_to, true)
)

select * from measure_grades
