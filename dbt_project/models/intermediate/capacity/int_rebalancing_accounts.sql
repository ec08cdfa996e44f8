with

book_accounts as (
    select * from {{ ref('int_book_accounts_daily') }}
    where date_day = {{ as_of_day() }}
),

books as (
    select * from {{ ref('int_rebalancing_books') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

account_languages as (
    select * from {{ ref('account_languages') }}
),

move_freezes as (
    select * from {{ ref('book_move_freezes') }}
)

select
    book_accounts.account_id,
    book_accounts.csm_user_id as current_csm_user_id,
    books.csm_user_id,
    coalesce(books.pool_id, coalesce(book_accounts.segment, '(none)') || '/human') as pool_id,
    accounts.account_name,
    book_accounts.segment,
    book_accounts.region,
    account_languages.language,
    book_accounts.arr,
    book_accounts.effort_hours,
    books.csm_user_id is null as needs_a_book,
    move_freezes.account_id is not null as is_frozen
from book_accounts
left join books
    on book_accounts.csm_user_id = books.csm_user_id
left join accounts
    on book_accounts.account_id = accounts.account_id
left join account_languages
    on {{ label_key('accounts.country') }} = account_languages.country_label
left join move_freezes
    on
        book_accounts.account_id = move_freezes.account_id
        and move_freezes.valid_from <= {{ as_of_day() }}
        and coalesce(move_freezes.end_date > {{ as_of_day() }}, true)
