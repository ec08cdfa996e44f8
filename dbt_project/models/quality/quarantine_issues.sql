with

quarantined_rows as (
    select * from {{ ref('quarantined_rows') }}
),

quarantine_issues as (
    select
        rule_id,
        source_system,
        contract_table,
        record_id,
        account_id,
        field_name,
        detail as fault,
        observed_value,
        source_file,
        known_date as first_seen_date
    from quarantined_rows
)

select * from quarantine_issues
