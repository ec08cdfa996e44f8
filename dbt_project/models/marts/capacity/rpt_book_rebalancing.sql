{%- set columns = ['pool_id', 'account_id', 'to_csm_user_id'] -%}

-- Reads no mart of the build phase: its audit comes after this.
with

moves as (
    {{ recorded_rows(source('book_rebalancing', 'moves'), columns) }}
),

rebalancing_plans as (
    select * from {{ ref('rpt_book_rebalancing_plans') }}
),

rebalancing_accounts as (
    select * from {{ ref('int_rebalancing_accounts') }}
)

select
    cast(moves.account_id as {{ dbt.type_string() }}) as account_id,
    cast(moves.pool_id as {{ dbt.type_string() }}) as pool_id,
    rebalancing_plans.status,
    rebalancing_accounts.current_csm_user_id as from_csm_user_id,
    cast(moves.to_csm_user_id as {{ dbt.type_string() }}) as to_csm_user_id,
    rebalancing_accounts.account_name,
    rebalancing_accounts.segment,
    rebalancing_accounts.region,
    cast(rebalancing_accounts.arr as decimal(18, 2)) as arr,
    cast(rebalancing_accounts.effort_hours as decimal(14, 4)) as effort_hours,
    rebalancing_plans.as_of_date
from moves
inner join rebalancing_plans
    on moves.pool_id = rebalancing_plans.pool_id
inner join rebalancing_accounts
    on moves.account_id = rebalancing_accounts.account_id
