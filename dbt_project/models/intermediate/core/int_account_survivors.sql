with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

merges as (
    select
        crm_accounts.account_id,
        coalesce(survivors.account_id, crm_accounts.account_id) as reached_account_id
    from crm_accounts
    left join crm_accounts as survivors
        on crm_accounts.merged_into_account_id = survivors.account_id
),

{{ pointer_roots('merges') }},

account_survivors as (
    select
        account_id,
        root_account_id as surviving_account_id,
        hops as merge_count,
        root_account_id <> account_id as is_merged,
        is_cycle as is_merge_cycle
    from pointer_roots
)

select * from account_survivors
