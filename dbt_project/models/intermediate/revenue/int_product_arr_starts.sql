with

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

starts_and_ends as (
    select
        account_id,
        product_id,
        valid_from as change_date,
        arr as arr_change
    from arr_intervals
    where arr <> 0
    union all
    select
        account_id,
        product_id,
        valid_to as change_date,
        -arr as arr_change
    from arr_intervals
    where arr <> 0
),

product_arr_changes as (
    select
        account_id,
        product_id,
        change_date,
        sum(arr_change) as arr_change
    from starts_and_ends
    where change_date <= {{ as_of_day() }}
    group by account_id, product_id, change_date
),

running_arr as (
    select
        account_id,
        product_id,
        change_date,
        sum(arr_change) over (
            partition by account_id, product_id
            order by change_date asc
            rows between unbounded preceding and current row
        ) as arr
    from product_arr_changes
),

product_arr_starts as (
    select
        account_id,
        product_id,
        min(change_date) as first_arr_date
    from running_arr
    where arr > 0
    group by account_id, product_id
)

select * from product_arr_starts
