with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

crm_account_changes as (
    select * from {{ ref('crm_account_changes') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

recorded_mergers as (
    select
        account_id,
        max(cast(changed_at as date)) as merge_date
    from crm_account_changes
    where field_name = 'merged_into_account_id'
    group by account_id
),

-- Without a record of it, the day of the merger is the last change of the merged account.
mergers as (
    select
        crm_accounts.account_id,
        survivors.account_id as next_account_id,
        coalesce(recorded_mergers.merge_date, cast(crm_accounts.updated_at as date)) as merge_date
    from crm_accounts
    inner join crm_accounts as survivors
        on crm_accounts.merged_into_account_id = survivors.account_id
    inner join account_survivors
        on crm_accounts.account_id = account_survivors.account_id
    left join recorded_mergers
        on crm_accounts.account_id = recorded_mergers.account_id
    where
        account_survivors.is_merged
        and crm_accounts.account_id <> survivors.account_id
),

hops_0 as (
    select
        account_id as member_account_id,
        account_id,
        cast('1900-01-01' as date) as valid_from
    from crm_accounts
),

{% for hop in range(1, 5) %}
hops_{{ hop }} as (
    select
        hops_{{ hop - 1 }}.member_account_id,
        mergers.next_account_id as account_id,
        greatest(hops_{{ hop - 1 }}.valid_from, mergers.merge_date) as valid_from
    from hops_{{ hop - 1 }}
    inner join mergers
        on hops_{{ hop - 1 }}.account_id = mergers.account_id
),

{% endfor %}
all_hops as (
    {%- for hop in range(0, 5) %}
    select * from hops_{{ hop }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

members as (
    select
        all_hops.member_account_id,
        all_hops.account_id,
        all_hops.valid_from,
        case
            when
                mergers.merge_date is not null
                then greatest(all_hops.valid_from, mergers.merge_date)
        end as valid_to
    from all_hops
    left join mergers
        on all_hops.account_id = mergers.account_id
)

select * from members
where
    valid_to is null
    or valid_from < valid_to
