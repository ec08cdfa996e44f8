-- The books of the as-of day, the unowned one included, where they aren't all accounts with ARR.
-- Each day is tested when it is new; a later restatement doesn't rewrite it.
with

books as (
    select
        sum(accounts) as accounts,
        sum(arr) as arr
    from {{ ref('fct_csm_book_daily') }}
    where date_day = {{ as_of_day() }}
),

ledger as (
    select
        count(*) as accounts,
        sum(recorded_arr) as arr
    from {{ ref('int_account_arr_intervals') }}
    where
        recorded_arr > 0
        and valid_from <= {{ as_of_day() }}
        and coalesce(valid_to > {{ as_of_day() }}, true)
)

select
    books.accounts,
    ledger.accounts as ledger_accounts,
    books.arr,
    ledger.arr as ledger_arr
from books
cross join ledger
where
    coalesce(books.accounts, 0) <> ledger.accounts
    or coalesce(books.arr, 0) <> coalesce(ledger.arr, 0)
