{%- set open_end = "cast('9999-12-31' as date)" -%}

with

arr_history as (
    select * from {{ ref('fct_arr_history') }}
    where not is_late_renewal
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

named_rows as (
    select
        contracts.contract_id,
        arr_history.account_id,
        arr_history.subscription_id,
        arr_history.item_id,
        arr_history.currency,
        arr_history.arr_local,
        arr_history.valid_from,
        coalesce(arr_history.valid_to, {{ open_end }}) as valid_to
    from arr_history
    inner join contracts
        on arr_history.contract_id = contracts.contract_id
    where arr_history.arr_local > 0
),

-- What names no signed contract belongs, day by day, to the one that leads the account.
led_rows as (
    select
        leaders.contract_id,
        arr_history.account_id,
        arr_history.subscription_id,
        arr_history.item_id,
        arr_history.currency,
        arr_history.arr_local,
        greatest(arr_history.valid_from, leaders.leads_from) as valid_from,
        least(coalesce(arr_history.valid_to, {{ open_end }}), leaders.leads_to) as valid_to
    from arr_history
    left join contracts as named
        on arr_history.contract_id = named.contract_id
    inner join contracts as leaders
        on
            arr_history.account_id = leaders.account_id
            and arr_history.valid_from < leaders.leads_to
            and coalesce(arr_history.valid_to > leaders.leads_from, true)
    where
        named.contract_id is null
        and arr_history.arr_local > 0
),

all_rows as (
    select * from named_rows
    union all
    select * from led_rows
)

select
    contract_id,
    account_id,
    subscription_id,
    item_id,
    currency,
    arr_local,
    min(valid_from) over (partition by account_id, item_id) as item_start_date,
    valid_from,
    valid_to
from all_rows
where valid_from < valid_to
