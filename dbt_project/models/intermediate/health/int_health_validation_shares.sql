{%- set z = 'settings.confidence_z' -%}

with

validation_slices as (
    select * from {{ ref('int_health_validation_slices') }}
    where
        predictor_id = 'score'
        and slice_type <> 'where_known'
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['confidence_z']) }}
    from health_settings
),

shares as (
    {%- for metric, outcome, hit, condition in [
        ('recall', 'churn', "band in ('red', 'yellow')", "slice_type <> 'score_decile'"),
        ('precision', 'renewal', 'is_lost', "band = 'red' and slice_type <> 'score_decile'"),
        ('loss_rate', 'renewal', 'is_lost', '1 = 1'),
    ] %}
    select
        '{{ metric }}' as metric_id,
        horizon_days,
        slice_type,
        slice,
        sum(case when {{ hit }} then 1 else 0 end) as numerator,
        count(*) as denominator
    from validation_slices
    where
        outcome_type = '{{ outcome }}'
        and {{ condition }}
    group by horizon_days, slice_type, slice
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Wilson 1927: the interval of a share that holds for few cases too.
intervals as (
    select
        shares.metric_id,
        shares.horizon_days,
        shares.slice_type,
        shares.slice,
        shares.numerator,
        shares.denominator,
        {{ ratio('shares.numerator', 'shares.denominator') }} as metric_value,
        {{ ratio(
            'shares.numerator + 0.5 * ' ~ z ~ ' * ' ~ z, 'shares.denominator + ' ~ z ~ ' * ' ~ z
        ) }} as centre,
        {{ ratio(z, 'shares.denominator + ' ~ z ~ ' * ' ~ z) }} * sqrt(
            {{ ratio(
                'shares.numerator * (shares.denominator - shares.numerator)', 'shares.denominator'
            ) }} + 0.25 * {{ z }} * {{ z }}
        ) as half_width
    from shares
    cross join settings
)

select
    metric_id,
    horizon_days,
    slice_type,
    slice,
    numerator,
    denominator,
    cast(metric_value as decimal(12, 6)) as metric_value,
    cast(centre - half_width as decimal(12, 6)) as lower_95,
    cast(centre + half_width as decimal(12, 6)) as upper_95
from intervals
