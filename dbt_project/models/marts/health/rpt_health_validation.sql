with

validation_slices as (
    select * from {{ ref('int_health_validation_slices') }}
),

areas as (
    select * from {{ ref('int_health_validation_auc') }}
),

lead_times as (
    select * from {{ ref('int_health_lead_times') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['validation_min_events', 'confidence_z']) }}
    from health_settings
),

shares as (
    select
        'recall' as metric_id,
        predictor_id, horizon_days, slice_type, slice,
        sum(case when band in ('red', 'yellow') then 1 else 0 end) as numerator,
        count(*) as denominator
    from validation_slices
    where
        outcome_type = 'churn'
        and predictor_id = 'score'
        and slice_type <> 'score_decile'
    group by predictor_id, horizon_days, slice_type, slice
    union all
    select
        'precision' as metric_id,
        predictor_id, horizon_days, slice_type, slice,
        sum(case when is_lost then 1 else 0 end) as numerator,
        count(*) as denominator
    from validation_slices
    where
        outcome_type = 'renewal'
        and predictor_id = 'score'
        and band = 'red'
        and slice_type <> 'score_decile'
    group by predictor_id, horizon_days, slice_type, slice
    union all
    select
        'loss_rate' as metric_id,
        predictor_id, horizon_days, slice_type, slice,
        sum(case when is_lost then 1 else 0 end) as numerator,
        count(*) as denominator
    from validation_slices
    where
        outcome_type = 'renewal'
        and predictor_id = 'score'
    group by predictor_id, horizon_days, slice_type, slice
),

-- Wilson 1927: the interval of a share that holds for few cases too.
share_intervals as (
    select
        shares.*,
        {{ ratio('numerator', 'denominator') }} as metric_value,
        {{ ratio('numerator + 0.5 * confidence_z * confidence_z', 'denominator + confidence_z * confidence_z') }}
            as centre,
        {{ ratio('confidence_z', 'denominator + confidence_z * confidence_z') }} * sqrt(
            {{ ratio('numerator * (denominator - numerator)', 'denominator') }}
            + 0.25 * confidence_z * confidence_z
        ) as half_width,
        denominator as event_count
    from shares
    cross join settings
),

-- Until a risk model is accepted, 1 - score / 100 stands for the chance of a loss.
squared_errors as (
    select
        predictor_id, horizon_days, slice_type, slice,
        is_lost,
        cast({{ ratio('100 - predictor_value', '100') }} as decimal(9, 6))
        - case when is_lost then 1 else 0 end as error
    from validation_slices
    where
        outcome_type = 'renewal'
        and predictor_id = 'score'
        and slice_type <> 'score_decile'
),

brier_sums as (
    select
        predictor_id, horizon_days, slice_type, slice,
        count(*) as denominator,
        sum(case when is_lost then 1 else 0 end) as event_count,
        sum(cast(error * error as decimal(18, 10))) as error_sum,
        sum(cast(error * error as decimal(18, 10)) * cast(error * error as decimal(18, 10))) as square_sum
    from squared_errors
    group by predictor_id, horizon_days, slice_type, slice
),

briers as (
    select
        brier_sums.*,
        {{ ratio('error_sum', 'denominator') }} as brier,
        sqrt(greatest({{ ratio(
            ratio('square_sum', 'denominator') ~ ' - '
            ~ ratio('error_sum', 'denominator') ~ ' * ' ~ ratio('error_sum', 'denominator'),
            'denominator'
        ) }}, 0)) as standard_error
    from brier_sums
),

ordered_lead_times as (
    select
        lead_time_days,
        row_number() over (order by lead_time_days asc, account_id asc, outcome_date asc) as place,
        count(*) over () as places
    from lead_times
),

-- The interval of a median lies between two ranks, whatever the distribution.
lead_time_ranks as (
    select
        max(places) as denominator,
        avg(case when 2 * place in (places, places + 1, places + 2) then lead_time_days end) as metric_value,
        max(case when place <= greatest(floor(0.5 * (places - confidence_z * sqrt(places))), 1)
            then lead_time_days end) as lower_95,
        min(case when place >= least(ceil(0.5 * (places + confidence_z * sqrt(places))) + 1, places)
            then lead_time_days end) as upper_95
    from ordered_lead_times
    cross join settings
),

metrics as (
    select
        metric_id, predictor_id, horizon_days, slice_type, slice, numerator, denominator, event_count,
        metric_value, centre - half_width as lower_95, centre + half_width as upper_95
    from share_intervals
    union all
    select
        'auc' as metric_id, predictor_id, horizon_days, slice_type, slice,
        lost as numerator, lost + kept as denominator,
        case when lost < kept then lost else kept end as event_count,
        auc as metric_value,
        greatest(auc - confidence_z * auc_standard_error, 0) as lower_95,
        least(auc + confidence_z * auc_standard_error, 1) as upper_95
    from areas
    cross join settings
    where slice_type <> 'score_decile'
    union all
    select
        'brier' as metric_id, predictor_id, horizon_days, slice_type, slice,
        event_count as numerator, denominator, event_count,
        brier as metric_value,
        greatest(brier - confidence_z * standard_error, 0) as lower_95,
        brier + confidence_z * standard_error as upper_95
    from briers
    cross join settings
    union all
    select
        'lead_time_days' as metric_id, 'score' as predictor_id, 0 as horizon_days, 'all' as slice_type,
        'all' as slice, denominator as numerator, denominator, denominator as event_count,
        metric_value, lower_95, upper_95
    from lead_time_ranks
    where denominator > 0
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
        case when metrics.event_count >= settings.validation_min_events then metrics.{{ column }} end
        as decimal(12, 6)
    ) as {{ column }},
    {%- endfor %}
    metrics.event_count >= settings.validation_min_events as has_enough_events
from metrics
cross join settings
