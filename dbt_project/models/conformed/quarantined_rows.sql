with

set_aside_rows as (

    select * from {{ ref('set_aside_rows') }}

),

rejected as (

    select
        contract_table,
        source_system,
        record_id,
        account_id,
        rule_id,
        field_name,
        detail,
        observed_value,
        source_file,
        load_id,
        row_hash,
        row_text,
        known_date
    from set_aside_rows
    where state = 'rejected'

)

select * from rejected
