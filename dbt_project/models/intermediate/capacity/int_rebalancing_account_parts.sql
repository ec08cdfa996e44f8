with

rebalancing_accounts as (
    select * from {{ ref('int_rebalancing_accounts') }}
),

parts as (
    select * from {{ ref('int_rebalancing_parts') }}
),

pools as (
    select
        pool_id,
        max(search_parts) as search_parts
    from parts
    group by pool_id
),

ranked as (
    select
        rebalancing_accounts.*,
        row_number() over (
            partition by rebalancing_accounts.pool_id, rebalancing_accounts.needs_a_book
            order by rebalancing_accounts.account_id
        ) as place
    from rebalancing_accounts
)

select
    ranked.account_id,
    ranked.pool_id,
    coalesce(
        parts.search_part, mod(ranked.place - 1, coalesce(pools.search_parts, 1))
    ) as search_part,
    coalesce(parts.is_over, true) as has_to_be_weighed
from ranked
left join pools
    on ranked.pool_id = pools.pool_id
left join parts
    on ranked.csm_user_id = parts.csm_user_id
