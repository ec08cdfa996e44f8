{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key=['account_id', 'month_start_date', 'known_from'],
    full_refresh=false,
    pre_hook=[
        "{{ forget_the_day(ref('int_published_days')) }}",
        "{{ reopen_the_day(ref('int_published_days')) }}",
    ],
) }}
{%- set published = [
    'ultimate_parent_account_id', 'movement', 'closing_arr', 'closing_arr_spot',
    'merged_accounts', 'is_late_renewal',
] %}

with

movements as (
    select * from {{ ref('fct_arr_movements_monthly') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

published_days as (
    select * from {{ ref('int_published_days') }}
),

merged_accounts as (
    select
        surviving_account_id as account_id,
        count(*) as merged_accounts
    from account_survivors
    where is_merged
    group by surviving_account_id
),

now_known as (
    select
        movements.account_id,
        movements.ultimate_parent_account_id,
        movements.movement,
        movements.closing_arr,
        movements.closing_arr_spot,
        coalesce(merged_accounts.merged_accounts, 0) as merged_accounts,
        movements.is_late_renewal,
        movements.month_start_date
    from movements
    left join merged_accounts
        on movements.account_id = merged_accounts.account_id
    where movements.is_month_complete
),

last_day as (
    select max(as_of_date) as last_published_date from published_days
),

{% if is_incremental() -%}
-- What stands published; a run for a day before the last one says nothing about it.
standing as (
    select published_months.*
    from {{ this }} as published_months
    cross join last_day
    where
        published_months.known_to is null
        and last_day.last_published_date <= {{ as_of_day() }}
),

compared as (
    select
        coalesce(now_known.account_id, standing.account_id) as account_id,
        coalesce(now_known.month_start_date, standing.month_start_date) as month_start_date,
        {%- for column in published %}
        now_known.{{ column }},
        standing.{{ column }} as {{ column }}_before,
        {%- endfor %}
        now_known.account_id is not null as is_known_now,
        standing.account_id is not null as was_known,
        coalesce(standing.is_withdrawn, false) as was_withdrawn,
        standing.known_from
    from now_known
    full outer join standing
        on
            now_known.account_id = standing.account_id
            and now_known.month_start_date = standing.month_start_date
    cross join last_day
    where last_day.last_published_date <= {{ as_of_day() }}
),

changed as (
    select *
    from compared
    where
        not was_known
        or (is_known_now and was_withdrawn)
        or (not is_known_now and not was_withdrawn)
        or (
            is_known_now
            and (
                closing_arr <> closing_arr_before
                or movement <> movement_before
                or ultimate_parent_account_id <> ultimate_parent_account_id_before
            )
        )
),

-- Each change closes the row that stood and opens one; a month that is gone leaves a withdrawal.
written as (
    select
        account_id,
        {%- for column in published %}
        {{ column }}_before as {{ column }},
        {%- endfor %}
        was_withdrawn as is_withdrawn,
        month_start_date,
        known_from,
        {{ as_of_day() }} as known_to
    from changed
    where was_known
    union all
    select
        account_id,
        coalesce(ultimate_parent_account_id, account_id) as ultimate_parent_account_id,
        coalesce(movement, 'none') as movement,
        coalesce(closing_arr, 0) as closing_arr,
        coalesce(closing_arr_spot, 0) as closing_arr_spot,
        coalesce(merged_accounts, 0) as merged_accounts,
        coalesce(is_late_renewal, false) as is_late_renewal,
        not is_known_now as is_withdrawn,
        month_start_date,
        {{ as_of_day() }} as known_from,
        cast(null as date) as known_to
    from changed
)
{%- else -%}
written as (
    select
        account_id,
        {%- for column in published %}
        {{ column }},
        {%- endfor %}
        false as is_withdrawn,
        month_start_date,
        {{ as_of_day() }} as known_from,
        cast(null as date) as known_to
    from now_known
    cross join last_day
)
{%- endif %}

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(ultimate_parent_account_id as {{ dbt.type_string() }}) as ultimate_parent_account_id,
    cast(movement as {{ dbt.type_string() }}) as movement,
    cast(merged_accounts as {{ dbt.type_int() }}) as merged_accounts,
    cast(closing_arr as decimal(18, 2)) as closing_arr,
    cast(closing_arr_spot as decimal(18, 2)) as closing_arr_spot,
    is_late_renewal,
    is_withdrawn,
    month_start_date,
    known_from,
    known_to
from written
