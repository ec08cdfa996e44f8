-- What was due in a quarter is what the ledger showed of those contracts on the last day with ARR.
with

due as (
    select
        renewals.due_quarter,
        renewals.due_arr,
        facts.contract_id,
        facts.account_id,
        {{ add_days('facts.service_end_date', -1) }} as last_day
    from {{ ref('fct_renewals') }} as renewals
    inner join {{ ref('int_renewal_facts') }} as facts
        on renewals.contract_id = facts.contract_id
    where renewals.arr_source = 'ledger'
),

ledger_rows as (
    select
        due.due_quarter,
        sum(ledger.arr) as ledger_arr
    from due
    inner join {{ ref('int_renewal_arr_rows') }} as arr_rows
        on
            due.contract_id = arr_rows.contract_id
            and due.last_day >= arr_rows.valid_from
            and due.last_day < arr_rows.valid_to
    inner join {{ ref('fct_arr_history') }} as ledger
        on
            arr_rows.account_id = ledger.account_id
            and arr_rows.item_id = ledger.item_id
            and due.last_day >= ledger.valid_from
            and coalesce(due.last_day < ledger.valid_to, true)
    where not ledger.is_late_renewal
    group by due.due_quarter
),

due_sums as (
    select
        due_quarter,
        sum(due_arr) as due_arr
    from due
    group by due_quarter
)

select
    due_sums.due_quarter,
    due_sums.due_arr,
    ledger_rows.ledger_arr
from due_sums
left join ledger_rows
    on due_sums.due_quarter = ledger_rows.due_quarter
where due_sums.due_arr <> coalesce(ledger_rows.ledger_arr, 0)
