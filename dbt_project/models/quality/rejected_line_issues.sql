with

rejected_lines as (
    select * from {{ source('landing', '_rejected_lines') }}
),

-- Nobody knows whose a line is that can't be read, nor of which day.
rejected_line_issues as (
    select
        'malformed_line' as rule_id,
        source_system,
        case when source_system = 'mapped' then table_name else source_system || '.' || table_name end
            as contract_table,
        source_file || ':' || cast(line_number as {{ dbt.type_string() }}) as record_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        column_name as field_name,
        reason as fault,
        raw_text as observed_value,
        source_file,
        cast(null as date) as first_seen_date
    from rejected_lines
)

select * from rejected_line_issues
