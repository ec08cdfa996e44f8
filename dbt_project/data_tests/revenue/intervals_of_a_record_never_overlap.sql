-- Records that count twice on a day because late renewals were restated wrongly. A record whose
-- versions overlap as they are delivered is a fault of the source, told by the gate.
with

delivered as (
    select
        arr_source,
        record_id,
        valid_to,
        lead(valid_from) over (
            partition by arr_source, record_id order by valid_from asc
        ) as next_valid_from
    from {{ ref('int_arr_records') }}
),

faulty_records as (
    select
        arr_source,
        record_id
    from delivered
    where next_valid_from < valid_to
    group by arr_source, record_id
),

history as (
    select
        account_id,
        arr_source,
        record_id,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to,
        lead(valid_from) over (
            partition by account_id, arr_source, record_id order by valid_from asc
        ) as next_valid_from
    from {{ ref('fct_arr_history') }}
)

select history.*
from history
left join faulty_records
    on
        history.arr_source = faulty_records.arr_source
        and history.record_id = faulty_records.record_id
where
    faulty_records.record_id is null
    and (
        history.valid_to <= history.valid_from
        or history.next_valid_from < history.valid_to
    )
