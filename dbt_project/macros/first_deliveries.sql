{#- How the events of a table too large to read each day are kept: one record for each event, its first
    delivery. A run reads the files that landed since, and what an earlier run didn't know yet; where a
    file was replaced, also what else was delivered of its events. It reads everything where nothing
    is there, most of what is there was replaced, or an earlier day is asked for.

    Accounts stay as their source spells them; the contract table, a view, resolves them when it is
    read, so that a corrected id map speaks of past events too. -#}

{#- The records of a contract table that is kept so, or none. -#}
{% macro records_of(contract_table) %}
    {%- if contract_table == 'usage_events' -%}{%- do return(ref('usage_event_records')) -%}{%- endif -%}
{% endmacro %}

{#- What distinguishes one delivered file from another. -#}
{% macro file_columns() %}
    {%- do return('_source_system, _source_file, _load_id') -%}
{% endmacro %}

{#- Rows of all adapters in the contract's columns and types, accounts as their source spells them, with
    the kind of object that the source means by it. -#}
{% macro delivered_rows(contract_table) %}
    {%- set adapters = enabled_adapters(contract_table) -%}
    {%- if not execute -%}{%- do return('select 1') -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- for adapter in adapters %}
    {%- if adapter['key'] != 'account_id' -%}
        {%- do exceptions.raise_compiler_error(contract_table ~ ': a customer must be named by account_id') -%}
    {%- endif %}
    {{ 'union all' if not loop.first }}
    select
    {%- for column in spec.columns %}
        cast({{ column.name }} as {{ column.type }}) as {{ 'source_' if column.name == 'account_id' }}{{ column.name }},
    {%- endfor %}
        '{{ adapter['object'] }}' as source_object
    from {{ adapter['relation'] }}
    {%- else %}
    select
    {%- for column in spec.columns %}
        cast(null as {{ column.type }}) as {{ 'source_' if column.name == 'account_id' }}{{ column.name }},
    {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as source_object
    where 1 = 0
    {%- endfor %}
{% endmacro %}

{#- Files of which only the records of `this`, or only the delivered rows, know:
    [(system, file, load, number of records)]. -#}
{% macro changed_files(contract_table) %}
    {%- set query -%}
        select
            {{ file_columns() }},
            max(record_count) as record_count
        from (
            select {{ file_columns() }}, count(*) as record_count from {{ this }} group by {{ file_columns() }}
            union all
            select distinct {{ file_columns() }}, 0 as record_count from (
                {{ delivered_rows(contract_table) }}
            ) as delivered_rows
        ) as files
        group by {{ file_columns() }}
        having count(*) = 1
        order by {{ file_columns() }}
    {%- endset -%}
    {%- set files = [] -%}
    {%- for row in run_query(query).rows -%}{%- do files.append(row.values()) -%}{%- endfor -%}
    {%- do return(files) -%}
{% endmacro %}

{#- Whether a row is of one of `files`. -#}
{% macro is_of_files(files) -%}
    {%- for file in files -%}
        ({% for name in file_columns().split(', ') -%}
            {{ name }} = '{{ file[loop.index0] | replace("'", "''") }}'{{ ' and ' if not loop.last }}
        {%- endfor %})
        {{- ' or ' if not loop.last }}
    {%- else -%}
        1 = 0
    {%- endfor -%}
{%- endmacro %}

{#- What is new to the records that `this` holds: {landed, replaced: files, after: the newest cursor that
    is there}, or none where all must be read. -#}
{% macro new_deliveries(contract_table) %}
    {%- set delivered = delivered_rows(contract_table) -%}
    {%- if not (execute and is_incremental()) -%}{%- do return(none) -%}{%- endif -%}
    {%- set cursor = contract(contract_table).cursor -%}
    {%- set query -%}
        select cast(max({{ cursor }}) as {{ dbt.type_string() }}), max({{ cursor }}) >= {{ as_of_end() }}, count(*) from {{ this }}
    {%- endset -%}
    {%- set newest = run_query(query).rows[0].values() -%}
    {%- if newest[0] is none or newest[1] -%}{%- do return(none) -%}{%- endif -%}
    {%- set landed, replaced, most_files = [], [], 200 -%}
    {%- set files = changed_files(contract_table) -%}
    {%- for file in files -%}
        {%- do replaced.append(file) if file[3] > 0 else landed.append(file) -%}
    {%- endfor -%}
    {%- if files | length > most_files or 2 * (replaced | sum(attribute=3)) > newest[2] -%}{%- do return(none) -%}{%- endif -%}
    {%- do return({'landed': landed, 'replaced': replaced, 'after': newest[0]}) -%}
{% endmacro %}

{#- Before a run: nothing is kept where all must be read. -#}
{% macro forget_records_where_all_are_read(contract_table) %}
    {%- if is_incremental() and new_deliveries(contract_table) is none -%}
        delete from {{ this }}
    {%- endif -%}
{% endmacro %}

{#- After a run: what only a replaced file delivered is gone; for the rest the run found another delivery. -#}
{% macro forget_replaced_deliveries(contract_table) %}
    {%- if execute -%}
        {%- set replaced = changed_files(contract_table) | selectattr(3) | list -%}
        {%- if replaced -%}
            delete from {{ this }} where {{ is_of_files(replaced) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- Delivered rows with their faults, all or the new ones; see judged_rows. -#}
{% macro judged_deliveries(contract_table, new) %}
    {%- set delivered = delivered_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(delivered) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set rows = 'select * from (' ~ delivered ~ ') as delivered_rows where ' -%}
    {%- if new is none -%}
    {{ judged(spec, delivered) }}
    {%- else -%}
    {%- set is_new = is_of_files(new.landed) -%}
    {{ judged(spec, rows ~ is_new) }}
    union all
    {{ judged(spec, rows ~ 'not (' ~ is_new ~ ') and ' ~ spec.cursor ~ " > cast('" ~ new.after ~ "' as "
        ~ dbt.type_timestamp() ~ ')') }}
    {%- if new.replaced %}
    {%- set key = spec.primary_key[0] %}
    union all
    {{ judged(spec, rows ~ 'not (' ~ is_new ~ ') and ' ~ spec.cursor ~ " <= cast('" ~ new.after ~ "' as "
        ~ dbt.type_timestamp() ~ ') and ' ~ key ~ ' in (select ' ~ key ~ ' from ' ~ this
        ~ ' where is_repeated and (' ~ is_of_files(new.replaced) ~ '))') }}
    {%- endif %}
    {%- endif -%}
{% endmacro %}

{#- The records to write: of each event the first known and sound delivery, and whether it was delivered
    more than once. With records of earlier runs only those that are new or changed. -#}
{% macro first_deliveries(contract_table) %}
    {%- set new = new_deliveries(contract_table) -%}
    {%- set judged_rows = judged_deliveries(contract_table, new) -%}
    {%- if not execute -%}{%- do return(judged_rows) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set key = spec.primary_key | join(', ') -%}
    {%- set columns = [] -%}
    {%- for name in spec.names + ['source_object'] -%}
        {%- do columns.append('source_account_id' if name == 'account_id' else name) -%}
    {%- endfor -%}
    {%- set columns = columns | join(', ') -%}
    {%- set first = 'row_number() over (partition by ' ~ key ~ ' order by ' ~ version_order(spec) ~ ')' -%}
    {%- if new is none %}
    select {{ columns }}, false as is_repeated
    from {{ with_repeated_keys(spec, judged_rows) }}
    where _is_known and _fault is null and repeated._row_count is null
    union all
    select {{ columns }}, true as is_repeated
    from (
        select judged_rows.*, {{ first }} as _rank
        from {{ with_repeated_keys(spec, judged_rows) }}
        where _is_known and _fault is null and repeated._row_count > 1
    ) as ranked_rows
    where _rank = 1
    {%- else %}
    select {{ columns }}, _row_count > 1 or was_repeated as is_repeated
    from (
        select
            versions.*,
            {{ first }} as _rank,
            count(*) over (partition by {{ key }}) as _row_count,
            max(case when is_repeated then 1 else 0 end) over (partition by {{ key }}) = 1 as was_repeated
        from (
            select {{ columns }}, false as is_repeated, false as is_kept
            from (
                {{ judged_rows }}
            ) as judged_rows
            where _is_known and _fault is null
            union all
            select {{ columns }}, is_repeated, true as is_kept
            from {{ this }}
            where
                not ({{ is_of_files(new.replaced) }})
                and {{ spec.primary_key[0] }} in (
                    select {{ spec.primary_key[0] }}
                    from (
                        {{ judged_rows }}
                    ) as judged_rows
                    where _is_known and _fault is null
                )
        ) as versions
    ) as ranked_versions
    where _rank = 1 and (not is_kept or (_row_count > 1 and not was_repeated))
    {%- endif %}
{% endmacro %}

{#- The contract table of the records: accounts resolved, see adapted_rows. -#}
{% macro resolved_records(contract_table) %}
    {%- set records, aliases = records_of(contract_table), ref('account_id_aliases') -%}
    {%- if not execute -%}{%- do return('select 1') -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    select
    {%- for column in spec.columns %}
        {% if column.name == 'account_id' -%}
            coalesce(
                aliases.account_id,
                case when records.source_object = 'account' then records.source_account_id end
            ) as account_id
        {%- else -%}
            records.{{ column.name }}
        {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ records }} as records
    left join {{ aliases }} as aliases
        on records._source_system = aliases.source_system
        and records.source_object = aliases.source_object
        and records.source_account_id = aliases.source_id
{% endmacro %}
