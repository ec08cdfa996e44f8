with

data_issues as (
    select * from {{ ref('fct_data_issues') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

employees as (
    select * from {{ ref('hr_employees') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

fix_deadlines as (
    select * from {{ ref('quality_fix_deadlines') }}
    where valid_from <= {{ as_of_day() }}
),

link_templates as (
    select * from {{ ref('crm_link_templates') }}
    where valid_from <= {{ as_of_day() }}
),

-- A rule's own deadline and a table's own page come before the ones for all others.
issues_with_policy as (
    select
        data_issues.*,
        quality_policy.remedy,
        coalesce(rule_deadlines.escalates_to, other_deadlines.escalates_to) as escalates_to,
        coalesce(rule_deadlines.fix_days, other_deadlines.fix_days) as fix_days,
        coalesce(table_links.url_template, other_links.url_template) as url_template
    from data_issues
    left join quality_policy
        on data_issues.rule_id = quality_policy.rule_id
    left join fix_deadlines as rule_deadlines
        on
            data_issues.severity = rule_deadlines.severity
            and data_issues.rule_id = rule_deadlines.rule_id
    left join fix_deadlines as other_deadlines
        on
            data_issues.severity = other_deadlines.severity
            and other_deadlines.rule_id = '*'
    left join link_templates as table_links
        on
            data_issues.source_system = table_links.source_system
            and data_issues.contract_table = table_links.contract_table
    left join link_templates as other_links
        on
            data_issues.source_system = other_links.source_system
            and other_links.contract_table = '*'
),

-- A line that couldn't be read names a file and not a record; a key of several columns has no page.
dated_issues as (
    select
        issues_with_policy.*,
        case
            when contract_table not like '%.%' and record_id not like '%|%'
                then replace(url_template, '{record_id}', record_id)
        end as record_url,
        {{ dbt.datediff('first_seen_date', as_of_day(), 'day') }}
            as age_days,
        cast({{ dbt.dateadd('day', 'fix_days', 'first_seen_date') }} as date) as due_date
    from issues_with_policy
)

select
    dated_issues.issue_id,
    dated_issues.rule_id,
    dated_issues.severity,
    dated_issues.owner_team,
    dated_issues.owner_user_id,
    cast(employees.full_name as {{ dbt.type_string() }}) as owner_name,
    dated_issues.escalates_to,
    dated_issues.source_system,
    dated_issues.contract_table,
    dated_issues.record_id,
    dated_issues.record_url,
    dated_issues.account_id,
    accounts.account_name,
    accounts.segment,
    dated_issues.field_name,
    dated_issues.fault,
    cast(dated_issues.remedy as {{ dbt.type_string() }}) as remedy,
    cast(dated_issues.age_days as {{ dbt.type_int() }}) as age_days,
    cast(dated_issues.fix_days as {{ dbt.type_int() }}) as fix_days,
    dated_issues.arr_at_stake,
    coalesce(dated_issues.due_date < {{ as_of_day() }}, false) as is_overdue,
    dated_issues.first_seen_date,
    dated_issues.due_date
from dated_issues
left join accounts
    on dated_issues.account_id = accounts.account_id
left join employees
    on dated_issues.owner_user_id = employees.user_id
