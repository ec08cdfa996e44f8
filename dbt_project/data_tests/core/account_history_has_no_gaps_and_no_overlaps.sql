-- Intervals that don't begin where the one before ended, are empty, or go on after the current one.
with

history as (
    select
        account_id,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by account_id order by valid_from asc) as ended_before,
        row_number() over (partition by account_id order by valid_from asc) as interval_number,
        row_number() over (partition by account_id order by valid_from desc) as intervals_left
    from {{ ref('fct_account_history') }}
)

select *
from history
where
    (interval_number > 1 and (ended_before is null or ended_before <> valid_from))
    or valid_to <= valid_from
    or (intervals_left = 1 and valid_to is not null)
