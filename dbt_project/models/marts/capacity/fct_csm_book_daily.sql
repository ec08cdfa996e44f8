{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}

with

book_accounts as (
    select * from {{ ref('int_book_accounts_daily') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['backfill_days']) }}
    from capacity_settings
),

bounds as (
    select
        {% if first_day -%}
        {{ day_literal(first_day) }}
        {%- else -%}
        {{ first_backfill_day() }}
        {%- endif %} as first_day
    from settings
),

books as (
    select
        coalesce(book_accounts.csm_user_id, '(unowned)') as book_id,
        coalesce(book_accounts.segment, '(none)') as segment,
        coalesce(book_accounts.region, '(none)') as region,
        min(book_accounts.csm_user_id) as csm_user_id,
        min(book_accounts.csm_team) as csm_team,
        count(*) as accounts,
        sum(book_accounts.arr) as arr,
        sum(book_accounts.effort_hours) as effort_hours,
        book_accounts.date_day
    from book_accounts
    inner join bounds
        on book_accounts.date_day >= bounds.first_day
    where {{ is_new_day(first_day, last_day, 'book_accounts.date_day') }}
    group by
        coalesce(book_accounts.csm_user_id, '(unowned)'),
        coalesce(book_accounts.segment, '(none)'),
        coalesce(book_accounts.region, '(none)'),
        book_accounts.date_day
)

select
    cast(book_id as {{ dbt.type_string() }}) as book_id,
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(csm_team as {{ dbt.type_string() }}) as csm_team,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(accounts as {{ dbt.type_int() }}) as accounts,
    cast(arr as decimal(18, 2)) as arr,
    cast(effort_hours as decimal(14, 4)) as effort_hours,
    csm_user_id is null as is_unowned,
    date_day
from books
