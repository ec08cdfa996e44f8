with

expansion_monthly as (
    select * from {{ ref('fct_expansion_monthly') }}
),

{%- set measures = [
    'target_arr', 'open_pipeline_arr', 'cs_sourced_pipeline_arr', 'open_opportunities', 'won_arr',
    'cs_sourced_won_arr', 'expansion_arr', 'open_signals', 'signal_arr',
] %}
{%- set at_the_end = [
    'open_pipeline_arr', 'cs_sourced_pipeline_arr', 'open_opportunities', 'open_signals',
    'signal_arr',
] %}

sliced as (
    {%- for slice_type, column in {
        'company': "'company'", 'segment': 'segment', 'region': 'region', 'csm': 'csm_user_id',
        'team': 'team',
    }.items() %}
    select
        '{{ slice_type }}' as slice_type,
        {{ column }} as slice_value,
        {%- for measure in measures %}
        {{ measure }},
        {%- endfor %}
        is_month_complete,
        month_start_date,
        state_date
    from expansion_monthly
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

months as (
    select
        slice_type,
        slice_value,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        is_month_complete,
        month_start_date,
        cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date) as quarter_start_date,
        state_date
    from sliced
    group by slice_type, slice_value, is_month_complete, month_start_date, state_date
),

quarter_ends as (
    select
        cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date) as quarter_start_date,
        max(state_date) as state_date
    from months
    group by cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date)
),

-- What flows sums over the quarter, what stands is what stood at its end.
quarters as (
    select
        months.slice_type,
        months.slice_value,
        {%- for measure in measures %}
        {%- if measure in at_the_end %}
        sum(
            case
                when months.state_date = quarter_ends.state_date then months.{{ measure }} else 0
            end
        ) as {{ measure }},
        {%- else %}
        sum(months.{{ measure }}) as {{ measure }},
        {%- endif %}
        {%- endfor %}
        quarter_ends.state_date
        = cast({{ dbt.last_day('months.quarter_start_date', 'quarter') }} as date) as is_complete,
        months.quarter_start_date as period_start_date,
        quarter_ends.state_date
    from months
    inner join quarter_ends
        on months.quarter_start_date = quarter_ends.quarter_start_date
    group by
        months.slice_type, months.slice_value, months.quarter_start_date, quarter_ends.state_date
),

expansion_slices as (
    select
        'month' as period_type,
        slice_type,
        slice_value,
        {%- for measure in measures %}
        {{ measure }},
        {%- endfor %}
        is_month_complete as is_complete,
        month_start_date as period_start_date,
        state_date
    from months
    union all
    select
        'quarter' as period_type,
        quarters.*
    from quarters
)

select * from expansion_slices
