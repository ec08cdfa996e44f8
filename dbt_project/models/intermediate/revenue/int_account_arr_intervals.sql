with

account_arr_changes as (
    select * from {{ ref('int_account_arr_changes') }}
),

running_arr as (
    select
        account_id,
        arr_source,
        cast(
            sum(arr_change) over (
                partition by account_id
                order by change_date asc
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as recorded_arr,
        change_date as valid_from,
        lead(change_date) over (partition by account_id order by change_date asc) as valid_to
    from account_arr_changes
),

with_neighbours as (
    select
        running_arr.*,
        lag(recorded_arr) over (
            partition by account_id order by valid_from asc
        ) as previous_arr,
        lead(recorded_arr) over (
            partition by account_id order by valid_from asc
        ) as next_arr
    from running_arr
),

-- A gap that a renewal closes within the grace days is restated as if the account had never left.
flagged as (
    select
        with_neighbours.*,
        coalesce(
            recorded_arr <= 0
            and previous_arr > 0
            and next_arr > 0
            and {{ dbt.datediff('valid_from', 'valid_to', 'day') }}
            <= {{ var('late_renewal_grace_days') | int }},
            false
        ) as is_late_renewal
    from with_neighbours
),

account_arr_intervals as (
    select
        account_id,
        arr_source,
        recorded_arr,
        case
            when is_late_renewal then previous_arr
            else recorded_arr
        end as arr,
        is_late_renewal,
        valid_from,
        valid_to
    from flagged
)

select * from account_arr_intervals
