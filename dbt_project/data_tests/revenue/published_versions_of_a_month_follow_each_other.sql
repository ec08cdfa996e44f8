-- Published months that are known twice on a day, or not at all between two days.
with

versions as (
    select
        account_id,
        month_start_date,
        known_from,
        known_to,
        lead(known_from) over (
            partition by account_id, month_start_date order by known_from asc
        ) as next_known_from
    from {{ ref('fct_arr_published_months') }}
)

select *
from versions
where
    known_to <= known_from
    or coalesce(known_to, cast('9999-12-31' as date))
    <> coalesce(next_known_from, cast('9999-12-31' as date))
