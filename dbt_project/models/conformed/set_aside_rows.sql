with

set_aside as (

    {% for contract_table in input_adapters() if enabled_adapters(contract_table) %}
    {{ set_aside_rows(contract_table) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        {% for name in [
            'contract_table', 'source_system', 'record_id', 'account_id', 'state', 'rule_id',
            'field_name', 'repeated_in', 'observed_value', 'source_file', 'load_id', 'row_hash',
            'row_text'
        ] -%}
        cast(null as {{ dbt.type_string() }}) as {{ name }},
        {% endfor -%}
        cast(null as date) as known_date
    where 1 = 0
    {% endfor %}

),

explained as (

    select
        contract_table,
        source_system,
        record_id,
        account_id,
        state,
        case when state = 'rejected' then coalesce(rule_id, 'duplicate_key') end as rule_id,
        field_name,
        case
            when state <> 'rejected' then null
            when rule_id = 'missing_required_value' then field_name || ' is missing'
            when rule_id = 'future_dated' then field_name || ' lies after the row was received'
            when rule_id = 'date_out_of_range' then field_name || ' is outside the calendar'
            when repeated_in = 'system' then 'another system has a row with the same key'
            when repeated_in = 'file' then 'the same file has another row with the same key'
            else 'another file has a different row with the same key and date of change'
        end as detail,
        case
            when state = 'rejected' and rule_id is null then record_id
            else observed_value
        end as observed_value,
        source_file,
        load_id,
        row_hash,
        known_date,
        case when state = 'rejected' then row_text end as row_text
    from set_aside

)

select * from explained
