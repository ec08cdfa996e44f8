with

policy_in_force as (
    select * from {{ ref('quality_policy_in_force') }}
),

quality_policy as (
    select * from {{ ref('quality_policy') }}
),

quality_exceptions as (
    select * from {{ ref('quality_exceptions') }}
),

data_issues as (
    select * from {{ ref('fct_data_issues') }}
),

set_aside_rows as (
    select * from {{ ref('set_aside_rows') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

company as (
    select sum(arr) as total_arr from accounts
    where is_customer
),

rule_accounts as (
    select
        rule_id,
        account_id,
        count(*) as issue_count,
        case when account_id is null then sum(arr_at_stake) else max(arr_at_stake) end
            as arr_at_stake
    from data_issues
    group by rule_id, account_id
),

-- An account counts once for a rule, however many of its records are at fault.
stakes as (
    select
        rule_id,
        sum(issue_count) as issue_count,
        count(account_id) as account_count,
        sum(arr_at_stake) as arr_at_stake
    from rule_accounts
    group by rule_id
),

first_seen as (
    select
        rule_id,
        min(first_seen_date) as oldest_date,
        max(first_seen_date) as newest_date
    from data_issues
    group by rule_id
),

quarantined as (
    select
        rule_id,
        count(*) as quarantined_rows
    from set_aside_rows
    where state = 'rejected'
    group by rule_id
),

overridden as (
    select
        rule_id,
        reason,
        max(owner) as override_owner
    from quality_exceptions
    where valid_from <= {{ as_of_day() }}
    group by rule_id, reason
)

select
    policy_in_force.rule_id,
    policy_in_force.severity,
    quality_policy.severity as policy_severity,
    policy_in_force.owner_team,
    cast(policy_in_force.remedy as {{ dbt.type_string() }}) as remedy,
    cast(policy_in_force.exception_reason as {{ dbt.type_string() }}) as override_reason,
    cast(overridden.override_owner as {{ dbt.type_string() }}) as override_owner,
    cast(coalesce(stakes.issue_count, 0) as {{ dbt.type_int() }}) as issue_count,
    cast(coalesce(stakes.account_count, 0) as {{ dbt.type_int() }}) as account_count,
    cast(coalesce(quarantined.quarantined_rows, 0) as {{ dbt.type_int() }}) as quarantined_rows,
    cast(coalesce(stakes.arr_at_stake, 0) as decimal(18, 2)) as arr_at_stake,
    cast(company.total_arr as decimal(18, 2)) as total_arr,
    {{ ratio('coalesce(stakes.arr_at_stake, 0)', 'company.total_arr') }} as arr_share,
    cast(policy_in_force.max_arr_share as double) as max_arr_share,
    policy_in_force.exception_reason is not null as is_overridden,
    first_seen.oldest_date,
    first_seen.newest_date
from policy_in_force
inner join quality_policy
    on
        policy_in_force.rule_id = quality_policy.rule_id
        and policy_in_force.valid_from = quality_policy.valid_from
cross join company
left join stakes
    on policy_in_force.rule_id = stakes.rule_id
left join first_seen
    on policy_in_force.rule_id = first_seen.rule_id
left join quarantined
    on policy_in_force.rule_id = quarantined.rule_id
left join overridden
    on
        policy_in_force.rule_id = overridden.rule_id
        and policy_in_force.exception_reason = overridden.reason
