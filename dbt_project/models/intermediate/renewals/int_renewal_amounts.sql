with

due_amounts as (
    select * from {{ ref('int_renewal_due_amounts') }}
),

link_amounts as (
    select * from {{ ref('int_renewal_link_amounts') }}
),

-- What of its due a term's own items don't cover; the largest term is the successor's main one.
shortfalls as (
    select
        link_amounts.*,
        due_amounts.due_arr,
        greatest(due_amounts.due_arr - link_amounts.own_arr, 0) as shortfall,
        row_number() over (
            partition by
                link_amounts.successor_contract_id,
                link_amounts.going_on_from,
                link_amounts.plan_year
            order by due_amounts.due_arr desc, link_amounts.contract_id asc
        ) as size_number
    from link_amounts
    inner join due_amounts
        on
            link_amounts.contract_id = due_amounts.contract_id
            and link_amounts.plan_year = due_amounts.plan_year
),

pools as (
    select
        successor_contract_id,
        going_on_from,
        plan_year,
        max(case when size_number = 1 then pool_arr end) as pool,
        max(case when size_number = 1 then committed_arr end) as committed,
        sum(shortfall) as shortfall_sum,
        sum(due_arr) as due_sum
    from shortfalls
    group by successor_contract_id, going_on_from, plan_year
),

-- New money first fills what is missing, in proportion; what is left over is the main term's.
small_shares as (
    select
        shortfalls.*,
        pools.pool,
        pools.committed,
        case
            when shortfalls.size_number = 1 or pools.shortfall_sum = 0 then 0
            when pools.pool >= pools.shortfall_sum then shortfalls.shortfall
            else cast(
                {{ ratio('shortfalls.shortfall', 'pools.shortfall_sum') }} * pools.pool
                as decimal(18, 2)
            )
        end as pool_share,
        case
            when shortfalls.size_number = 1 or pools.due_sum = 0 then 0
            else cast(
                {{ ratio('shortfalls.due_arr', 'pools.due_sum') }} * pools.committed
                as decimal(18, 2)
            )
        end as committed_share
    from shortfalls
    inner join pools
        on
            shortfalls.successor_contract_id = pools.successor_contract_id
            and shortfalls.going_on_from = pools.going_on_from
            and shortfalls.plan_year = pools.plan_year
),

shares as (
    select
        small_shares.*,
        sum(pool_share) over (
            partition by successor_contract_id, going_on_from, plan_year
        ) as small_pool,
        sum(committed_share) over (
            partition by successor_contract_id, going_on_from, plan_year
        ) as small_committed
    from small_shares
),

renewed as (
    select
        contract_id,
        plan_year,
        sum(own_arr + case when size_number = 1 then pool - small_pool else pool_share end)
            as billed_arr,
        sum(
            case when size_number = 1 then committed - small_committed else committed_share end
        ) as committed_arr
    from shares
    group by contract_id, plan_year
)

select
    due_amounts.contract_id,
    due_amounts.plan_year,
    due_amounts.arr_source,
    due_amounts.due_arr,
    cast(coalesce(renewed.billed_arr, 0) as decimal(18, 2)) as billed_arr,
    cast(coalesce(renewed.committed_arr, 0) as decimal(18, 2)) as committed_arr
from due_amounts
left join renewed
    on
        due_amounts.contract_id = renewed.contract_id
        and due_amounts.plan_year = renewed.plan_year
