with

shares as (
    select * from {{ ref('int_health_validation_shares') }}
),

areas as (
    select * from {{ ref('int_health_validation_auc') }}
),

briers as (
    select * from {{ ref('int_health_validation_brier') }}
),

lead_time_median as (
    select * from {{ ref('int_health_lead_time_median') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['validation_min_events', 'confidence_z']) }}
    from health_settings
),

metrics as (
    select
        metric_id,
        'score' as predictor_id,
        horizon_days,
        slice_type,
        slice,
        numerator,
        denominator,
        denominator as event_count,
        metric_value,
        lower_95,
        upper_95
    from shares
    union all
    select
        'auc' as metric_id,
        areas.predictor_id,
        areas.horizon_days,
        areas.slice_type,
        areas.slice,
        areas.lost as numerator,
        areas.lost + areas.kept as denominator,
        least(areas.lost, areas.kept) as event_count,
        areas.auc as metric_value,
        greatest(areas.auc - settings.confidence_z * areas.auc_standard_error, 0) as lower_95,
        least(areas.auc + settings.confidence_z * areas.auc_standard_error, 1) as upper_95
    from areas
    cross join settings
    where areas.slice_type <> 'score_decile'
    union all
    select
        'brier' as metric_id,
        briers.predictor_id,
        briers.horizon_days,
        briers.slice_type,
        briers.slice,
        briers.lost as numerator,
        briers.cases as denominator,
        briers.lost as event_count,
        briers.brier as metric_value,
        greatest(briers.brier - settings.confidence_z * briers.brier_standard_error, 0) as lower_95,
        briers.brier + settings.confidence_z * briers.brier_standard_error as upper_95
    from briers
    cross join settings
    union all
    select
        'lead_time_days' as metric_id,
        'score' as predictor_id,
        0 as horizon_days,
        'all' as slice_type,
        'all' as slice,
        cases as numerator,
        cases as denominator,
        cases as event_count,
        median_days as metric_value,
        lower_95,
        upper_95
    from lead_time_median
)

select
    cast(metrics.metric_id as {{ dbt.type_string() }}) as metric_id,
    cast(metrics.predictor_id as {{ dbt.type_string() }}) as predictor_id,
    cast(metrics.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(metrics.slice as {{ dbt.type_string() }}) as slice,
    cast(metrics.horizon_days as {{ dbt.type_int() }}) as horizon_days,
    cast(metrics.numerator as {{ dbt.type_int() }}) as numerator,
    cast(metrics.denominator as {{ dbt.type_int() }}) as denominator,
    {%- for column in ['metric_value', 'lower_95', 'upper_95'] %}
    cast(
        case
            when metrics.event_count >= settings.validation_min_events then metrics.{{ column }}
        end as decimal(12, 6)
    ) as {{ column }},
    {%- endfor %}
    metrics.event_count >= settings.validation_min_events as has_enough_events,
    {{ as_of_day() }} as as_of_date
from metrics
cross join settings
