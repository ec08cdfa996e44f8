{%- set grace = var('late_renewal_grace_days') | int -%}

with

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

successors as (
    select * from {{ ref('int_renewal_successors') }}
),

arr_rows as (
    select * from {{ ref('int_renewal_arr_rows') }}
),

-- The term is over when it is due, or before if its renewal starts earlier.
term_ends as (
    select
        terms.contract_id,
        terms.account_id,
        terms.start_date,
        terms.due_date,
        least(terms.due_date, coalesce(min(successors.going_on_from), terms.due_date))
            as term_end_date
    from contracts as terms
    left join successors
        on
            terms.contract_id = successors.contract_id
            and successors.match_rule <> 'transfer'
    where terms.is_term
    group by terms.contract_id, terms.account_id, terms.start_date, terms.due_date
),

last_days as (
    select
        term_ends.contract_id,
        max(least(arr_rows.valid_to, term_ends.term_end_date, {{ add_days(as_of_day(), 1) }}))
            as service_end_date
    from term_ends
    inner join arr_rows
        on
            term_ends.contract_id = arr_rows.contract_id
            and term_ends.term_end_date > arr_rows.valid_from
    where arr_rows.valid_from <= {{ as_of_day() }}
    group by term_ends.contract_id
),

-- Money that left before the end and turned up that day in a contract that ran already.
taken_over as (
    select distinct last_days.contract_id
    from last_days
    inner join term_ends
        on last_days.contract_id = term_ends.contract_id
    inner join arr_rows
        on
            term_ends.account_id = arr_rows.account_id
            and last_days.service_end_date = arr_rows.valid_from
            and term_ends.contract_id <> arr_rows.contract_id
    inner join contracts as takers
        on
            arr_rows.contract_id = takers.contract_id
            and arr_rows.valid_from > takers.start_date
    left join successors
        on
            last_days.contract_id = successors.contract_id
            and successors.match_rule <> 'transfer'
    where
        last_days.service_end_date < term_ends.term_end_date
        and successors.contract_id is null
)

select
    term_ends.contract_id,
    term_ends.account_id,
    taken_over.contract_id is not null as is_transferred,
    term_ends.start_date,
    term_ends.due_date,
    term_ends.term_end_date,
    last_days.service_end_date
from term_ends
left join last_days
    on term_ends.contract_id = last_days.contract_id
left join taken_over
    on term_ends.contract_id = taken_over.contract_id
