with

csm_book_daily as (
    select * from {{ ref('fct_csm_book_daily') }}
),

csm_capacity_daily as (
    select * from {{ ref('int_csm_capacity_daily') }}
),

books as (
    select
        book_id,
        min(csm_user_id) as csm_user_id,
        sum(accounts) as accounts,
        sum(arr) as arr,
        sum(effort_hours) as effort_hours,
        date_day
    from csm_book_daily
    where date_day <= {{ as_of_day() }}
    group by book_id, date_day
),

-- A book may have nobody employed behind it, and somebody employed may have an empty book.
book_days as (
    select
        coalesce(books.book_id, csm_capacity_daily.csm_user_id) as book_id,
        coalesce(books.csm_user_id, csm_capacity_daily.csm_user_id) as csm_user_id,
        coalesce(books.accounts, 0) as accounts,
        coalesce(books.arr, 0) as arr,
        coalesce(books.effort_hours, 0) as effort_hours,
        csm_capacity_daily.csm_user_id is not null as is_employed,
        coalesce(csm_capacity_daily.fte * csm_capacity_daily.present_share, 0) as present_fte,
        coalesce(csm_capacity_daily.productive_fte, 0) as productive_fte,
        coalesce(csm_capacity_daily.target_accounts, 0) as target_accounts,
        coalesce(csm_capacity_daily.target_arr, 0) as target_arr,
        coalesce(csm_capacity_daily.available_hours, 0) as available_hours,
        coalesce(books.date_day, csm_capacity_daily.date_day) as date_day
    from books
    full outer join csm_capacity_daily
        on
            books.book_id = csm_capacity_daily.csm_user_id
            and books.date_day = csm_capacity_daily.date_day
)

select * from book_days
