with

retention_slices as (
    select * from {{ ref('int_retention_slices') }}
),

point_to_point as (
    select * from {{ ref('int_retention_point_to_point') }}
),

chains as (
    select * from {{ ref('int_retention_chains') }}
),

flows as (
    select * from {{ ref('int_retention_flows') }}
),

joined as (
    select
        slices.slice_type,
        slices.slice_value,
        slices.is_month_complete,
        slices.month_start_date,
        coalesce(years.cohort_logos, 0) as cohort_logos,
        coalesce(years.retained_logos, 0) as retained_logos,
        coalesce(years.start_arr, 0) as start_arr,
        coalesce(years.end_arr, 0) as end_arr,
        coalesce(years.retained_arr, 0) as retained_arr,
        coalesce(years.start_arr + years.expansion_arr + years.contraction_arr + years.churn_arr, 0)
            as nrr_movement_numerator,
        coalesce(years.reactivation_arr, 0) as cohort_reactivation_arr,
        coalesce(years.start_arr + years.contraction_arr + years.churn_arr, 0)
            as grr_movement_numerator,
        {%- for label in movement_labels() %}
        coalesce(flows.{{ label }}_arr, 0) as {{ label }}_arr,
        {%- endfor %}
        chains.nrr_chained,
        chains.grr_chained
    from retention_slices as slices
    left join point_to_point as years
        on
            slices.slice_type = years.slice_type
            and slices.slice_value = years.slice_value
            and slices.month_number = years.month_number
    left join chains
        on
            slices.slice_type = chains.slice_type
            and slices.slice_value = chains.slice_value
            and slices.month_number = chains.month_number
    left join flows
        on
            slices.slice_type = flows.slice_type
            and slices.slice_value = flows.slice_value
            and slices.month_number = flows.month_number
),

sums as (
    select
        joined.*,
        cohort_logos - retained_logos as churned_logos,
        nrr_movement_numerator + cohort_reactivation_arr as nrr_movement_reactivation_numerator,
        new_arr + expansion_arr + contraction_arr + churn_arr + reactivation_arr as net_new_arr,
        new_arr + expansion_arr + reactivation_arr as quick_ratio_numerator,
        -(contraction_arr + churn_arr) as quick_ratio_denominator
    from joined
)

select
    slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for count in ['cohort_logos', 'retained_logos', 'churned_logos'] %}
    cast({{ count }} as {{ dbt.type_int() }}) as {{ count }},
    {%- endfor %}
    {%- for amount in [
        'start_arr', 'end_arr', 'retained_arr', 'nrr_movement_numerator',
        'nrr_movement_reactivation_numerator', 'grr_movement_numerator', 'new_arr',
        'expansion_arr', 'contraction_arr', 'churn_arr', 'reactivation_arr', 'net_new_arr',
        'quick_ratio_numerator', 'quick_ratio_denominator',
    ] %}
    cast({{ amount }} as decimal(18, 2)) as {{ amount }},
    {%- endfor %}
    {{ ratio('end_arr', 'start_arr') }} as nrr,
    {{ ratio('retained_arr', 'start_arr') }} as grr,
    {{ ratio('nrr_movement_numerator', 'start_arr') }} as nrr_movement,
    {{ ratio('nrr_movement_reactivation_numerator', 'start_arr') }} as nrr_movement_reactivation,
    {{ ratio('grr_movement_numerator', 'start_arr') }} as grr_movement,
    nrr_chained,
    grr_chained,
    {{ ratio('retained_logos', 'cohort_logos') }} as logo_retention,
    {{ ratio('churned_logos', 'cohort_logos') }} as logo_churn,
    {{ ratio('quick_ratio_numerator', 'quick_ratio_denominator') }} as quick_ratio,
    is_month_complete,
    month_start_date
from sums
