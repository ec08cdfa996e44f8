{#- Columns joined to one text; null counts as empty. -#}
{% macro joined_text(names, separator) %}
    {%- for name in names -%}
        coalesce(cast({{ name }} as {{ dbt.type_string() }}), ''){{ " || '" ~ separator ~ "' || " if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{#- A row's own columns as text: name=value; … -#}
{% macro row_text(spec) %}
    {%- for name in spec.names if not name.startswith('_') -%}
        '{{ '; ' if not loop.first }}{{ name }}=' || coalesce(cast({{ name }} as {{ dbt.type_string() }}), ''){{ ' || ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{#- Known rows of a contract table that don't stand in its conformed table, each with its state:
    rejected (with a rule), superseded (an older delivery of a row that stands) or not_yet_known (a
    delivery from after the as-of day of a row that stands). -#}
{% macro set_aside_rows(contract_table) %}
    {%- set ranked = versions_of_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(ranked) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set string_type = dbt.type_string() -%}
    {%- set faulty_fields = row_rules(spec) | map(attribute='field') | unique | list -%}
    select
        '{{ contract_table }}' as contract_table,
        _source_system as source_system,
        {{ joined_text(spec.primary_key, '|') }} as record_id,
        {{ 'account_id' if 'account_id' in spec.names else 'cast(null as ' ~ string_type ~ ')' }} as account_id,
        case
            when _fault is not null then 'rejected'
        {%- if not spec.mode.startswith('append') %}
            when {{ is_later(spec.cursor) }} then 'not_yet_known'
        {%- endif %}
            when _kept_source_system <> _source_system then 'rejected'
            when _rank_in_file > 1 then 'rejected'
            when _kept_cursor = {{ spec.cursor }} and _kept_row_hash <> _row_hash then 'rejected'
            else 'superseded'
        end as state,
        _fault as rule_id,
        _fault_field as field_name,
        case
            when _fault is not null then null
            when _kept_source_system <> _source_system then 'system'
            when _rank_in_file > 1 then 'file'
            else 'change'
        end as repeated_in,
        case _fault_field
        {%- for field in faulty_fields %}
            when '{{ field }}' then cast({{ field }} as {{ string_type }})
        {%- endfor %}
        end as observed_value,
        _source_file as source_file,
        _load_id as load_id,
        _row_hash as row_hash,
        cast({{ known_at(spec) }} as date) as known_date,
        {{ row_text(spec) }} as row_text
    from (
        select
            versions_of_rows.*,
            row_number() over (
                partition by
                    {{ spec.primary_key | join(', ') }},
                    _source_system,
                    _source_file,
                    case when _fault is null then 0 else 1 end
                order by _rank
            ) as _rank_in_file
        from (
            {{ ranked }}
        ) as versions_of_rows
    ) as placed_rows
    where _fault is not null or _rank > 1
{% endmacro %}

{#- Rows that a contract table was given and rows that it kept, per source system. -#}
{% macro delivered_counts(contract_table) %}
    {%- set adapters = enabled_adapters(contract_table) -%}
    {%- set kept = records_of(contract_table) or ref(contract_table) -%}
    {%- if not execute -%}{%- do return('select 1') -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- for adapter in adapters %}
    select
        '{{ contract_table }}' as contract_table,
        _source_system as source_system,
        count(*) as rows_in,
        0 as rows_kept,
        sum(case when {{ is_later(known_at(spec)) }} then 1 else 0 end) as rows_unknown
    from {{ adapter['relation'] }}
    group by _source_system
    union all
    {%- endfor %}
    select
        '{{ contract_table }}' as contract_table,
        _source_system as source_system,
        0 as rows_in,
        count(*) as rows_kept,
        0 as rows_unknown
    from {{ kept }}
    group by _source_system
{% endmacro %}
