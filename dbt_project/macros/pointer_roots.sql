{#- CTEs that follow a pointer of an id to its end, by doubling: 1, 2, 4, 8, 16 hops.

    `pointers` is a CTE with (account_id, reached_account_id), the target being the account itself
    where there is none; every target must be a row of its own. The last CTE, `pointer_roots`, has
    (account_id, root_account_id, hops, is_cycle); an account whose chain never ends is its own root.
    Joins instead of recursion, because not every engine recurses. -#}
{% macro pointer_roots(pointers) %}
hops_1 as (
    select
        account_id,
        reached_account_id,
        case when reached_account_id = account_id then 0 else 1 end as hops
    from {{ pointers }}
),

{% for length in [2, 4, 8, 16] %}
hops_{{ length }} as (
    select
        first_half.account_id,
        second_half.reached_account_id,
        first_half.hops + second_half.hops as hops
    from hops_{{ length // 2 }} as first_half
    inner join hops_{{ length // 2 }} as second_half
        on first_half.reached_account_id = second_half.account_id
),

{% endfor %}
pointer_roots as (
    select
        hops_16.account_id,
        case
            when next_hop.hops = 0 then hops_16.reached_account_id
            else hops_16.account_id
        end as root_account_id,
        case when next_hop.hops = 0 then hops_16.hops else 0 end as hops,
        next_hop.hops > 0 as is_cycle
    from hops_16
    inner join hops_1 as next_hop
        on hops_16.reached_account_id = next_hop.account_id
)
{% endmacro %}
