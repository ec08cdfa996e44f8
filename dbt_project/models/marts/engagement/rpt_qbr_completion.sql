with

qbr_periods as (
    select * from {{ ref('fct_qbr_periods') }}
),

slices as (
    select
        qbr_periods.*,
        'company' as slice_type,
        'company' as slice_value
    from qbr_periods
    {%- for slice_type, column in [
        ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'), ('team', 'team'),
    ] %}
    union all
    select
        qbr_periods.*,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from qbr_periods
    {%- endfor %}
),

completion as (
    select
        slice_type,
        slice_value,
        cast({{ dbt.date_trunc('quarter', 'period_end_date') }} as date) as quarter_start_date,
        sum(case when is_eligible then 1 else 0 end) as eligible_reviews,
        sum(case when is_on_cadence then 1 else 0 end) as reviews_on_cadence,
        {%- for outcome in ['late', 'missed', 'unplanned', 'pending'] %}
        sum(case when outcome = '{{ outcome }}' then 1 else 0 end) as {{ outcome }}_reviews,
        {%- endfor %}
        sum(case when held_date is not null then 1 else 0 end) as held_reviews,
        sum(case when has_executive_sponsor then 1 else 0 end) as reviews_with_sponsor
    from slices
    group by
        slice_type,
        slice_value,
        cast({{ dbt.date_trunc('quarter', 'period_end_date') }} as date)
)

select
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column in [
        'eligible_reviews', 'reviews_on_cadence', 'late_reviews', 'missed_reviews',
        'unplanned_reviews', 'pending_reviews', 'held_reviews', 'reviews_with_sponsor',
    ] %}
    cast({{ column }} as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {{ ratio('reviews_on_cadence', 'eligible_reviews') }} as qbr_completion_rate,
    {{ ratio('reviews_with_sponsor', 'held_reviews') }} as executive_sponsor_rate,
    quarter_start_date
from completion
