with

account_arr_changes as (
    select * from {{ ref('int_account_arr_changes') }}
),

running_arr as (
    select
        account_id,
        min(arr_source) over (partition by account_id) as arr_source,
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

-- A state with ARR and the states without that follow it are one spell.
spells as (
    select
        running_arr.*,
        sum(case when recorded_arr > 0 then 1 else 0 end) over (
            partition by account_id
            order by valid_from asc
            rows between unbounded preceding and current row
        ) as spell_number,
        min(case when recorded_arr > 0 then valid_from end) over (
            partition by account_id
            order by valid_from asc
            rows between 1 following and unbounded following
        ) as restart_date
    from running_arr
),

with_gaps as (
    select
        spells.*,
        max(case when recorded_arr > 0 then recorded_arr end) over (
            partition by account_id, spell_number
        ) as arr_before_gap,
        max(case when recorded_arr > 0 then valid_to end) over (
            partition by account_id, spell_number
        ) as lost_date
    from spells
),

-- A gap that a renewal closes within the grace days is restated as if the account had never left.
flagged as (
    select
        with_gaps.*,
        coalesce(
            recorded_arr <= 0
            and {{ dbt.datediff('lost_date', 'restart_date', 'day') }}
            <= {{ var('late_renewal_grace_days') | int }},
            false
        ) as is_late_renewal
    from with_gaps
),

account_arr_intervals as (
    select
        account_id,
        arr_source,
        recorded_arr,
        case
            when is_late_renewal then arr_before_gap
            else recorded_arr
        end as arr,
        is_late_renewal,
        valid_from,
        valid_to,
        case when is_late_renewal then lost_date end as gap_start_date,
        case when is_late_renewal then restart_date end as gap_end_date
    from flagged
)

select * from account_arr_intervals
