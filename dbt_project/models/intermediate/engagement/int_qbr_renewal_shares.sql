{%- set z = 'settings.confidence_z' -%}

with

qbr_renewals as (
    select * from {{ ref('fct_qbr_renewals') }}
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
        qbr_renewals.*,
        'company' as slice_type,
        'company' as slice_value
    from qbr_renewals
    union all
    select
        qbr_renewals.*,
        'segment' as slice_type,
        coalesce(segment, '(none)') as slice_value
    from qbr_renewals
),

counts as (
    select
        slice_type,
        slice_value,
        review_outcome,
        {{ counted('is_logo') }} as due_terms,
        {{ counted('is_logo and is_renewed') }} as renewed_terms,
        sum(due_arr) as due_arr,
        sum(retained_arr) as retained_arr,
        {{ effective_cases('due_arr') }} as effective_terms
    from slices
    group by slice_type, slice_value, review_outcome
),

shares as (
    select
        counts.*,
        counts.due_terms >= settings.relation_min_cases as has_enough_terms,
        {{ ratio('counts.renewed_terms', 'counts.due_terms') }} as renewal_rate_logo,
        {{ ratio('counts.retained_arr', 'counts.due_arr') }} as renewal_rate_arr
    from counts
    cross join settings
),

intervals as (
    select
        {%- for share, cases in [
            ('renewal_rate_logo', 'due_terms'), ('renewal_rate_arr', 'effective_terms'),
        ] %}
        {%- for sign, name in [('-', 'low'), ('+', 'high')] %}
        {{ wilson_bound('shares.' ~ share, 'shares.' ~ cases, z, sign) }} as {{ share }}_{{ name }},
        {%- endfor %}
        {%- endfor %}
        shares.*
    from shares
    cross join settings
)

select * from intervals
