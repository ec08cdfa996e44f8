-- ARR due - churned - contracted - undecided + uplift of a quarter = what the ledger shows of
-- those contracts after the renewal, to the cent. The right side reads the ledger alone: each
-- contract in which terms went on, once, on the first day with ARR; items that ran the day before
-- in a contract that isn't one of those terms are no renewal (two terms of different quarters may go
-- on in one contract: each item belongs to the quarter of the term in which it ran).
with

links as (
    select distinct
        renewals.due_quarter,
        after_items.contract_id,
        after_items.successor_contract_id,
        after_items.going_on_from,
        after_items.resume_date
    from {{ ref('fct_renewals') }} as renewals
    inner join {{ ref('int_renewal_after_items') }} as after_items
        on renewals.contract_id = after_items.contract_id
    where renewals.renewed_arr_source = 'ledger' and after_items.resume_date is not null
),

ledger as (
    select
        arr_history.*,
        coalesce(arr_history.valid_to, cast('9999-12-31' as date)) as valid_until
    from {{ ref('fct_arr_history') }} as arr_history
    where not arr_history.is_late_renewal
),

rows_of_contracts as (
    select * from {{ ref('int_renewal_arr_rows') }}
),

after_renewal as (
    select distinct
        links.due_quarter,
        links.successor_contract_id,
        links.resume_date,
        ledger.record_id,
        ledger.item_id,
        ledger.arr
    from links
    inner join rows_of_contracts
        on
            links.successor_contract_id = rows_of_contracts.contract_id
            and links.resume_date >= rows_of_contracts.valid_from
            and links.resume_date < rows_of_contracts.valid_to
    inner join ledger
        on
            rows_of_contracts.account_id = ledger.account_id
            and rows_of_contracts.item_id = ledger.item_id
            and links.resume_date >= ledger.valid_from
            and links.resume_date < ledger.valid_until
),

ran_elsewhere as (
    select
        after_renewal.due_quarter,
        after_renewal.successor_contract_id,
        after_renewal.resume_date,
        after_renewal.item_id
    from after_renewal
    inner join rows_of_contracts
        on
            after_renewal.item_id = rows_of_contracts.item_id
            and after_renewal.resume_date > rows_of_contracts.valid_from
            and after_renewal.resume_date <= rows_of_contracts.valid_to
    left join links
        on
            after_renewal.due_quarter = links.due_quarter
            and after_renewal.successor_contract_id = links.successor_contract_id
            and after_renewal.resume_date = links.resume_date
            and rows_of_contracts.contract_id = links.contract_id
    group by
        after_renewal.due_quarter,
        after_renewal.successor_contract_id,
        after_renewal.resume_date,
        after_renewal.item_id
    having max(case when links.contract_id is not null then 1 else 0 end) = 0
),

right_side as (
    select
        after_renewal.due_quarter,
        sum(after_renewal.arr) as arr_after
    from after_renewal
    left join ran_elsewhere
        on
            after_renewal.due_quarter = ran_elsewhere.due_quarter
            and after_renewal.successor_contract_id = ran_elsewhere.successor_contract_id
            and after_renewal.resume_date = ran_elsewhere.resume_date
            and after_renewal.item_id = ran_elsewhere.item_id
    where ran_elsewhere.item_id is null
    group by after_renewal.due_quarter
),

left_side as (
    select
        due_quarter,
        sum(due_arr - churned_arr - contracted_arr - undecided_arr + uplift_arr) as arr_expected,
        sum(case when renewed_arr_source = 'ledger' then 0 else renewed_arr end) as arr_not_begun
    from {{ ref('fct_renewals') }}
    group by due_quarter
)

select
    left_side.due_quarter,
    left_side.arr_expected,
    left_side.arr_not_begun,
    right_side.arr_after
from left_side
left join right_side
    on left_side.due_quarter = right_side.due_quarter
where left_side.arr_expected - left_side.arr_not_begun <> coalesce(right_side.arr_after, 0)
