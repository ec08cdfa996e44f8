{%- set z = 'settings.confidence_z' -%}

with

touch_model_cases as (
    select * from {{ ref('int_touch_model_cases') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['confidence_z', 'relation_min_cases']) }}
    from engagement_settings
),

slices as (
    select
        touch_model_cases.*,
        'company' as slice_type,
        'company' as slice_value
    from touch_model_cases
    union all
    select
        touch_model_cases.*,
        'segment' as slice_type,
        segment as slice_value
    from touch_model_cases
),

shares as (
    select
        slice_type,
        slice_value,
        touch_model,
        measure_id,
        month_start_date,
        count(*) as accounts,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        {{ effective_cases('denominator') }} as effective_accounts,
        {{ ratio('sum(numerator)', 'sum(denominator)') }} as share
    from slices
    group by slice_type, slice_value, touch_model, measure_id, month_start_date
),

intervals as (
    select
        {%- for sign, name in [('-', 'low'), ('+', 'high')] %}
        {{ wilson_bound('shares.share', 'shares.effective_accounts', z, sign) }}
            as share_{{ name }},
        {%- endfor %}
        shares.accounts >= settings.relation_min_cases as has_enough_accounts,
        shares.*
    from shares
    cross join settings
)

select * from intervals
