with

expansion_slices as (
    select * from {{ ref('int_expansion_slices') }}
)

select
    cast(period_type as {{ dbt.type_string() }}) as period_type,
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for measure in [
        'target_arr', 'open_pipeline_arr', 'cs_sourced_pipeline_arr', 'won_arr',
        'cs_sourced_won_arr', 'expansion_arr', 'signal_arr',
    ] %}
    cast({{ measure }} as decimal(18, 2)) as {{ measure }},
    {%- endfor %}
    cast(won_arr - expansion_arr as decimal(18, 2)) as won_less_expansion_arr,
    cast(open_opportunities as {{ dbt.type_int() }}) as open_opportunities,
    cast(open_signals as {{ dbt.type_int() }}) as open_signals,
    {{ ratio('open_pipeline_arr', 'target_arr') }} as expansion_pipeline_coverage,
    {{ ratio('expansion_arr', 'target_arr') }} as target_attainment_rate,
    {{ ratio('cs_sourced_pipeline_arr', 'open_pipeline_arr') }} as cs_sourced_pipeline_rate,
    is_complete,
    period_start_date,
    state_date
from expansion_slices
