with

issues as (
    {%- for name in [
        'required_field_issues', 'account_value_issues', 'currency_issues', 'identity_issues',
        'reference_issues', 'period_issues', 'activity_issues', 'quarantine_issues',
        'rejected_line_issues',
    ] %}
    select
        rule_id,
        source_system,
        contract_table,
        record_id,
        account_id,
        field_name,
        fault,
        observed_value,
        source_file,
        first_seen_date
    from {{ ref(name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

account_stakes as (
    select * from {{ ref('account_stakes') }}
),

customer_stakes as (
    select * from {{ ref('unresolved_customer_stakes') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

field_owners as (
    select * from {{ ref('field_owners') }}
),

-- A record with several faults of one rule (a key delivered three times) has one issue for each, numbered.
numbered_issues as (
    select
        issues.*,
        row_number() over (
            partition by rule_id, source_system, contract_table, record_id, field_name
            order by source_file asc nulls last, observed_value asc nulls last, fault asc
        ) as occurrence
    from issues
),

data_issues as (
    select
        numbered_issues.rule_id
        || '|' || coalesce(numbered_issues.source_system, '')
        || '|' || coalesce(numbered_issues.contract_table, '')
        || '|' || coalesce(numbered_issues.record_id, '')
        || '|' || coalesce(numbered_issues.field_name, '')
        || '|' || cast(numbered_issues.occurrence as {{ dbt.type_string() }}) as issue_id,
        numbered_issues.rule_id,
        numbered_issues.source_system,
        numbered_issues.contract_table,
        numbered_issues.record_id,
        numbered_issues.account_id,
        numbered_issues.field_name,
        numbered_issues.fault,
        numbered_issues.observed_value,
        coalesce(quality_policy.severity, 'block') as severity,
        account_stakes.owner_user_id,
        coalesce(field_owner.owner_team, table_owner.owner_team, quality_policy.owner_team)
            as owner_team,
        numbered_issues.source_file,
        coalesce(account_stakes.arr_at_stake, customer_stakes.arr_at_stake, 0) as arr_at_stake,
        numbered_issues.first_seen_date
    from numbered_issues
    left join account_stakes
        on numbered_issues.account_id = account_stakes.account_id
    left join customer_stakes
        on
            numbered_issues.record_id = customer_stakes.billing_customer_id
            and numbered_issues.rule_id = 'unresolved_account'
            and numbered_issues.contract_table = 'billing_customers'
    left join quality_policy
        on numbered_issues.rule_id = quality_policy.rule_id
    left join field_owners as field_owner
        on
            numbered_issues.contract_table = field_owner.contract_table
            and numbered_issues.field_name = field_owner.field_name
    left join field_owners as table_owner
        on
            numbered_issues.contract_table = table_owner.contract_table
            and table_owner.field_name = '*'
)

select
    issue_id,
    rule_id,
    source_system,
    contract_table,
    record_id,
    account_id,
    field_name,
    fault,
    observed_value,
    severity,
    owner_user_id,
    owner_team,
    source_file,
    cast(arr_at_stake as decimal(18, 2)) as arr_at_stake,
    first_seen_date
from data_issues
