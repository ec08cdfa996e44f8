{%- set open_end = "cast('9999-12-31' as date)" -%}

with

boundaries as (
    select * from {{ ref('int_renewal_boundaries') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

arr_rows as (
    select * from {{ ref('int_renewal_arr_rows') }}
),

-- What stood on the last day with ARR stays due until the renewal is settled.
billed as (
    select
        boundaries.contract_id,
        arr_rows.currency,
        arr_rows.arr_local,
        arr_rows.valid_from,
        case
            when arr_rows.valid_to >= boundaries.service_end_date then {{ open_end }}
            else arr_rows.valid_to
        end as valid_to
    from boundaries
    inner join arr_rows
        on
            boundaries.contract_id = arr_rows.contract_id
            and boundaries.service_end_date > arr_rows.valid_from
),

-- Between signature and start a term is worth what was signed.
signed as (
    select
        contract_id,
        currency,
        committed_arr_local as arr_local,
        signed_date as valid_from,
        start_date as valid_to
    from contracts
    where is_term and signed_date < start_date
)

select * from billed
union all
select * from signed
