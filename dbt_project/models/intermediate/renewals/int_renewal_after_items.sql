{%- set grace = var('late_renewal_grace_days') | int -%}

with

boundaries as (
    select * from {{ ref('int_renewal_boundaries') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

successors as (
    select * from {{ ref('int_renewal_successors') }}
),

arr_rows as (
    select * from {{ ref('int_renewal_arr_rows') }}
),

-- Where the money of a term may go on: in its successors, else in the contract itself.
links as (
    select
        contract_id,
        successor_contract_id,
        match_rule,
        going_on_from,
        signed_date
    from successors
    where match_rule <> 'transfer'
    union all
    select
        boundaries.contract_id,
        boundaries.contract_id as successor_contract_id,
        'same_contract' as match_rule,
        boundaries.due_date as going_on_from,
        cast(null as date) as signed_date
    from boundaries
    left join successors
        on
            boundaries.contract_id = successors.contract_id
            and successors.match_rule <> 'transfer'
    where successors.contract_id is null
),

-- The first day with ARR from then on; past the grace it is a reactivation and no renewal.
resumed as (
    select
        links.contract_id,
        links.successor_contract_id,
        links.match_rule,
        links.signed_date,
        links.going_on_from,
        min(
            case
                when arr_rows.contract_id is not null
                    then greatest(arr_rows.valid_from, links.going_on_from)
            end
        ) as resume_date
    from links
    inner join boundaries
        on links.contract_id = boundaries.contract_id
    left join arr_rows
        on
            links.successor_contract_id = arr_rows.contract_id
            and links.going_on_from < arr_rows.valid_to
            and arr_rows.valid_from <= {{ add_days('boundaries.due_date', grace) }}
            and arr_rows.valid_from <= {{ as_of_day() }}
            and links.going_on_from <= {{ as_of_day() }}
    group by
        links.contract_id,
        links.successor_contract_id,
        links.match_rule,
        links.signed_date,
        links.going_on_from
)

select
    resumed.contract_id,
    resumed.successor_contract_id,
    resumed.match_rule,
    case when resumed.resume_date is not null then arr_rows.item_id end as item_id,
    coalesce(arr_rows.currency, contracts.currency) as currency,
    coalesce(arr_rows.arr_local, 0) as arr_local,
    arr_rows.item_start_date,
    resumed.going_on_from,
    resumed.resume_date,
    resumed.signed_date
from resumed
inner join contracts
    on resumed.successor_contract_id = contracts.contract_id
left join arr_rows
    on
        resumed.successor_contract_id = arr_rows.contract_id
        and resumed.resume_date >= arr_rows.valid_from
        and resumed.resume_date < arr_rows.valid_to
