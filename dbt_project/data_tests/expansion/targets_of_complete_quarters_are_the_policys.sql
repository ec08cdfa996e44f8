-- Segments and quarters, all three months of which are there, whose target isn't the seed's.
with

shown as (
    select
        segment,
        cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date) as quarter_start_date,
        sum(target_arr) as target_arr
    from {{ ref('fct_expansion_monthly') }}
    group by segment, cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date)
),

quarters as (
    select
        cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date) as quarter_start_date,
        count(*) as months
    from {{ ref('int_months') }}
    group by cast({{ dbt.date_trunc('quarter', 'month_start_date') }} as date)
)

select
    targets.segment,
    targets.quarter_start_date,
    targets.target_arr,
    shown.target_arr as shown_target_arr
from {{ ref('expansion_targets') }} as targets
inner join quarters
    on
        targets.quarter_start_date = quarters.quarter_start_date
        and quarters.months = 3
left join shown
    on
        targets.segment = shown.segment
        and targets.quarter_start_date = shown.quarter_start_date
where coalesce(shown.target_arr, 0) <> targets.target_arr
