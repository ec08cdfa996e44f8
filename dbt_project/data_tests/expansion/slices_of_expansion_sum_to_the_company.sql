-- Periods and kinds of slices whose sums aren't those of the company.
{%- set measures = [
    'target_arr', 'open_pipeline_arr', 'cs_sourced_pipeline_arr', 'won_arr', 'cs_sourced_won_arr',
    'expansion_arr', 'signal_arr', 'open_opportunities', 'open_signals',
] %}

with

sums as (
    select
        period_type,
        period_start_date,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        slice_type
    from {{ ref('rpt_expansion_coverage') }}
    group by period_type, period_start_date, slice_type
)

select
    slices.period_type,
    slices.period_start_date,
    slices.slice_type
from sums as slices
inner join sums as company
    on
        slices.period_type = company.period_type
        and slices.period_start_date = company.period_start_date
        and company.slice_type = 'company'
where
    slices.target_arr <> company.target_arr
    {%- for measure in measures[1:] %}
    or slices.{{ measure }} <> company.{{ measure }}
    {%- endfor %}
