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

-- What a term is worth is what billing showed on its last day with ARR, or shows today.
due_items as (
    select
        boundaries.contract_id,
        arr_rows.item_id,
        arr_rows.subscription_id,
        arr_rows.currency,
        arr_rows.arr_local,
        'ledger' as arr_source
    from boundaries
    inner join arr_rows
        on
            boundaries.contract_id = arr_rows.contract_id
            and boundaries.service_end_date > arr_rows.valid_from
            and boundaries.service_end_date <= arr_rows.valid_to
    where not boundaries.is_transferred
),

-- A term that hasn't begun is worth what was signed.
coming_terms as (
    select
        contract_id,
        cast(null as {{ dbt.type_string() }}) as item_id,
        cast(null as {{ dbt.type_string() }}) as subscription_id,
        currency,
        committed_arr_local as arr_local,
        'contract' as arr_source
    from contracts
    where is_term and start_date > {{ as_of_day() }}
)

select * from due_items
union all
select * from coming_terms
