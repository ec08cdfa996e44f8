with

boundaries as (
    select * from {{ ref('int_renewal_boundaries') }}
),

due_items as (
    select * from {{ ref('int_renewal_due_items') }}
),

after_items as (
    select * from {{ ref('int_renewal_after_items') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

plan_rates as (
    select * from {{ ref('int_renewal_plan_rates') }}
),

links as (
    select distinct
        contract_id,
        successor_contract_id,
        going_on_from
    from after_items
),

own_items as (
    select distinct
        contract_id,
        item_id
    from due_items
    where item_id is not null
),

predecessor_items as (
    select distinct
        links.successor_contract_id,
        links.going_on_from,
        own_items.item_id
    from own_items
    inner join links
        on own_items.contract_id = links.contract_id
),

-- An item that was due in this term goes on in it; one that was due in another predecessor goes on
-- there; what only began with the renewal is pooled; what ran elsewhere before is no renewal.
shared_items as (
    select
        after_items.contract_id,
        after_items.successor_contract_id,
        after_items.going_on_from,
        plan_rates.plan_year,
        {{ at_rate('after_items.arr_local', 'plan_rates.plan_rate') }} as arr,
        own_items.item_id is not null as is_own,
        own_items.item_id is null
        and predecessor_items.item_id is null
        and coalesce(after_items.item_start_date >= boundaries.term_end_date, false) as is_pooled
    from after_items
    inner join boundaries
        on after_items.contract_id = boundaries.contract_id
    inner join plan_rates
        on after_items.currency = plan_rates.currency
    left join own_items
        on
            after_items.contract_id = own_items.contract_id
            and after_items.item_id = own_items.item_id
    left join predecessor_items
        on
            after_items.successor_contract_id = predecessor_items.successor_contract_id
            and after_items.going_on_from = predecessor_items.going_on_from
            and after_items.item_id = predecessor_items.item_id
)

select
    shared_items.contract_id,
    shared_items.successor_contract_id,
    shared_items.going_on_from,
    shared_items.plan_year,
    cast(sum(case when shared_items.is_own then shared_items.arr else 0 end) as decimal(18, 2))
        as own_arr,
    cast(sum(case when shared_items.is_pooled then shared_items.arr else 0 end) as decimal(18, 2))
        as pool_arr,
    max({{ at_rate('contracts.committed_arr_local', 'committed_rates.plan_rate') }})
        as committed_arr
from shared_items
inner join contracts
    on shared_items.successor_contract_id = contracts.contract_id
inner join plan_rates as committed_rates
    on
        contracts.currency = committed_rates.currency
        and shared_items.plan_year = committed_rates.plan_year
group by
    shared_items.contract_id,
    shared_items.successor_contract_id,
    shared_items.going_on_from,
    shared_items.plan_year
