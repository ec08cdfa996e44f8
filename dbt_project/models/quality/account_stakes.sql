with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

gate_accounts as (
    select * from {{ ref('gate_accounts') }}
),

-- A merged account's faults put at stake what its survivor is worth.
account_stakes as (
    select
        crm_accounts.account_id,
        crm_accounts.owner_user_id,
        cast(coalesce(gate_accounts.arr_at_stake, 0) as decimal(18, 2)) as arr_at_stake
    from crm_accounts
    inner join account_survivors
        on crm_accounts.account_id = account_survivors.account_id
    left join gate_accounts
        on account_survivors.surviving_account_id = gate_accounts.account_id
)

select * from account_stakes
