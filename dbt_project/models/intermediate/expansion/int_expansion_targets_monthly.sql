{%- set month_of_quarter = "mod(extract(month from months.month_start_date) + 2, 3)" -%}

with

expansion_targets as (
    select * from {{ ref('expansion_targets') }}
),

months as (
    select * from {{ ref('int_months') }}
),

arr_movements as (
    select * from {{ ref('fct_arr_movements_monthly') }}
),

-- A third of the quarter in each month, so that the three make the quarter to the cent.
month_targets as (
    select
        expansion_targets.segment,
        months.month_start_date,
        cast(expansion_targets.target_arr * ({{ month_of_quarter }} + 1) / 3 as decimal(18, 2))
        - cast(expansion_targets.target_arr * {{ month_of_quarter }} / 3 as decimal(18, 2))
            as target_arr
    from months
    inner join expansion_targets
        on
            expansion_targets.quarter_start_date
            = cast({{ dbt.date_trunc('quarter', 'months.month_start_date') }} as date)
),

shares as (
    select
        account_id,
        segment,
        sum(opening_arr) over (
            partition by segment, month_start_date order by account_id asc
            rows between unbounded preceding and current row
        ) as running_arr,
        sum(opening_arr) over (partition by segment, month_start_date) as segment_arr,
        month_start_date
    from arr_movements
    where opening_arr > 0
),

-- By the ARR that each account of the segment begins the month with; differences of rounded running
-- sums make the whole target.
running as (
    select
        coalesce(shares.account_id, '(none)') as account_id,
        month_targets.segment,
        month_targets.target_arr,
        cast(
            month_targets.target_arr
            * coalesce({{ ratio('shares.running_arr', 'shares.segment_arr') }}, 1)
            as decimal(18, 2)
        ) as running_target_arr,
        month_targets.month_start_date
    from month_targets
    left join shares
        on
            month_targets.segment = shares.segment
            and month_targets.month_start_date = shares.month_start_date
),

targets_monthly as (
    select
        account_id,
        segment,
        running_target_arr - coalesce(
            lag(running_target_arr) over (
                partition by segment, month_start_date order by account_id asc
            ), 0
        ) as target_arr,
        month_start_date
    from running
)

select * from targets_monthly
