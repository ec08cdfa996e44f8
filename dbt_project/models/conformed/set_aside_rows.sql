{% for contract_table in input_adapters() if enabled_adapters(contract_table) %}
{{ set_aside_rows(contract_table) }}
{{ 'union all' if not loop.last }}
{% else %}
select
    {% for name in [
        'contract_table', 'source_system', 'record_id', 'account_id', 'state', 'rule_id',
        'field_name', 'detail', 'observed_value', 'source_file', 'load_id', 'row_hash', 'row_text'
    ] -%}
    cast(null as {{ dbt.type_string() }}) as {{ name }},
    {% endfor -%}
    cast(null as date) as known_date
where 1 = 0
{% endfor %}
