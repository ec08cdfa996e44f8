with

arr_records as (
    select * from {{ ref('int_arr_records') }}
),

starts_and_ends as (
    select
        account_id,
        arr_source,
        valid_from as change_date,
        arr as arr_change
    from arr_records
    where arr <> 0
    union all
    select
        account_id,
        arr_source,
        valid_to as change_date,
        -arr as arr_change
    from arr_records
    where arr <> 0
),

account_arr_changes as (
    select
        account_id,
        min(arr_source) as arr_source,
        cast(sum(arr_change) as decimal(18, 2)) as arr_change,
        change_date
    from starts_and_ends
    where change_date <= {{ as_of_day() }}
    group by account_id, change_date
)

select * from account_arr_changes
where arr_change <> 0
