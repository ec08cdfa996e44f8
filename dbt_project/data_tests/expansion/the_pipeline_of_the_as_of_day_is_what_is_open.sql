-- Expansion opportunities that are open on the as-of day with another ARR than the CRM has now, or
-- that are in the pipeline though closed.
with

opportunities as (
    select
        opportunity_id,
        cast({{ at_rate('arr_local', 'plan_rate') }} as decimal(18, 2)) as arr
    from {{ ref('int_expansion_opportunities') }}
    where not is_closed
),

pipeline as (
    select
        opportunity_id,
        arr
    from {{ ref('int_expansion_opportunity_intervals') }}
    where
        valid_from <= {{ as_of_day() }}
        and valid_to > {{ as_of_day() }}
)

select
    coalesce(opportunities.opportunity_id, pipeline.opportunity_id) as opportunity_id,
    opportunities.arr,
    pipeline.arr as pipeline_arr
from opportunities
full outer join pipeline
    on opportunities.opportunity_id = pipeline.opportunity_id
where
    opportunities.arr is null
    or pipeline.arr is null
    or opportunities.arr <> pipeline.arr
