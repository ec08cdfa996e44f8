{#- Tables about persons: a line of them that can't be read is named by file and line, not quoted. -#}
{%- set personal_tables = [] -%}
{%- if execute -%}
    {%- for table in graph.sources.values() | list + graph.nodes.values() | list -%}
        {%- set system = table.source_name if table.resource_type == 'source' else 'mapped' -%}
        {%- for column in table.columns.values() -%}
            {%- if column.config.meta.get('privacy', column.meta.get('privacy', '')).startswith('person') -%}
                {%- do personal_tables.append(system ~ '.' ~ table.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}

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
        case
            when source_system || '.' || table_name not in (
                {%- for name in personal_tables | unique | sort %}'{{ name }}'{{ ', ' if not loop.last }}{% else %}''{% endfor -%}
            ) then raw_text
        end as observed_value,
        source_file,
        cast(null as date) as first_seen_date
    from rejected_lines
)

select * from rejected_line_issues
