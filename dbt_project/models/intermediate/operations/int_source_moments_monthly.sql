{#- What shows that a source has delivered: the cursor of each contract table and the moments from which
    its rows are known. Days that are planned ahead (starts, due days) show nothing. -#}
{%- set planned = ['scheduled_at', 'start_date', 'due_date', 'week_start', 'valid_from'] -%}
{%- set queries = [] -%}
{%- for contract_table in input_adapters() -%}
    {%- set relation = ref(contract_table) -%}
    {%- if execute -%}
        {%- set spec = contract(contract_table) -%}
        {%- for moment in ([spec.cursor] + spec.known_at) | unique if moment not in planned -%}
            {%- do queries.append({'relation': relation, 'table': contract_table, 'moment': moment}) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endfor -%}

with

moments as (
    {%- for query in queries %}
    select
        _source_system as source_system,
        '{{ query.table }}' as contract_table,
        max(cast({{ query.moment }} as {{ dbt.type_timestamp() }})) as newest_at,
        cast({{ dbt.date_trunc('month', query.moment) }} as date) as month_start_date
    from {{ query.relation }}
    where cast({{ query.moment }} as {{ dbt.type_timestamp() }}) < {{ as_of_end() }}
    group by _source_system, cast({{ dbt.date_trunc('month', query.moment) }} as date)
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as source_system,
        cast(null as {{ dbt.type_string() }}) as contract_table,
        cast(null as {{ dbt.type_timestamp() }}) as newest_at,
        cast(null as date) as month_start_date
    where 1 = 0
    {%- endfor %}
)

select
    source_system,
    contract_table,
    max(newest_at) as newest_at,
    month_start_date
from moments
where source_system is not null
group by source_system, contract_table, month_start_date
