{%- set first_day = first_new_day('week_end_date') -%}

with

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
    {%- if first_day %}
    where date_day >= {{ day_literal(first_day) }}
    {%- endif %}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        measure_id = 'all'
        and date_day >= {{ day_literal(first_day or '1900-01-01') }}
),

health_drift_bins as (
    select * from {{ ref('health_drift_bins') }}
),

observed as (
    {%- for subject in ['score', 'coverage'] %}
    select
        account_id,
        segment,
        '{{ subject }}' as subject_type,
        '{{ subject }}' as subject_id,
        cast({{ subject }} as decimal(12, 6)) as observed_value,
        date_day
    from account_health_daily
    where {{ week_end('date_day') }} = date_day
    union all
    {%- endfor %}
    select
        health_inputs.account_id,
        account_health_daily.segment,
        'input' as subject_type,
        health_inputs.input_id as subject_id,
        cast(health_inputs.grade as decimal(12, 6)) as observed_value,
        health_inputs.date_day
    from health_inputs
    inner join account_health_daily
        on
            health_inputs.account_id = account_health_daily.account_id
            and health_inputs.date_day = account_health_daily.date_day
    where {{ week_end('health_inputs.date_day') }} = health_inputs.date_day
),

sliced as (
    select
        observed.*,
        'all' as slice_type,
        'all' as slice
    from observed
    union all
    select
        observed.*,
        'segment' as slice_type,
        coalesce(segment, '(none)') as slice
    from observed
),

distributions as (
    select
        sliced.slice_type,
        sliced.slice,
        sliced.subject_type,
        sliced.subject_id,
        coalesce(bins.bin_id, 'missing') as bin_id,
        cast(count(*) as {{ dbt.type_int() }}) as account_count,
        sliced.date_day as week_end_date
    from sliced
    left join health_drift_bins as bins
        on
            sliced.subject_type = bins.subject_type
            and sliced.observed_value is not null
            and coalesce(sliced.observed_value >= bins.lower_bound, true)
            and coalesce(sliced.observed_value < bins.upper_bound, true)
    group by
        sliced.slice_type, sliced.slice, sliced.subject_type, sliced.subject_id,
        coalesce(bins.bin_id, 'missing'), sliced.date_day
)

select * from distributions
