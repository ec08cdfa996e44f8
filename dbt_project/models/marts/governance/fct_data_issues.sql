with

data_issues as (
    select * from {{ ref('data_issues') }}
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
    arr_at_stake,
    first_seen_date
from data_issues
