with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

parents as (
    select
        crm_accounts.account_id,
        coalesce(parent_survivors.surviving_account_id, crm_accounts.account_id)
            as reached_account_id
    from crm_accounts
    inner join account_survivors
        on crm_accounts.account_id = account_survivors.account_id
    left join account_survivors as parent_survivors
        on crm_accounts.parent_account_id = parent_survivors.account_id
    where not account_survivors.is_merged
),

{{ pointer_roots('parents') }},

account_hierarchy as (
    select
        account_survivors.account_id,
        case
            when not pointer_roots.is_cycle
                then nullif(parents.reached_account_id, parents.account_id)
        end as parent_account_id,
        pointer_roots.root_account_id as ultimate_parent_account_id,
        pointer_roots.hops as hierarchy_depth,
        pointer_roots.is_cycle as is_hierarchy_cycle
    from account_survivors
    inner join pointer_roots
        on account_survivors.surviving_account_id = pointer_roots.account_id
    inner join parents
        on account_survivors.surviving_account_id = parents.account_id
)

select * from account_hierarchy
