{#- How rows of the enabled systems become a conformed table.

    adapted_rows   all rows of all systems in the contract's columns and types, accounts resolved
    judged_rows    + _is_known (by the end of the as-of day), _fault and _fault_field
    ranked_rows    known and sound rows, + _rank: 1 is the version that stands at the as-of day
    kept_rows      the rows of rank 1, with everything that happened later masked

    Each is a query, written out where it is used, so that an engine prunes columns and never holds
    a wide copy of a large table. set_aside_rows and row_counts are made of the same parts. -#}
{% macro adapted_rows(contract_table) %}
    {%- set adapters = enabled_adapters(contract_table) -%}
    {%- set resolves = adapters | selectattr('object') | list | length > 0 -%}
    {%- if resolves %}{% set aliases = ref('account_id_aliases') %}{% endif -%}
    {%- if not execute -%}
        {%- do return('select 1') -%}
    {%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- for adapter in adapters %}
    {%- if not loop.first %}
    union all
    {% endif %}
    select
    {%- for column in spec.columns %}
        cast({{ account_expression(adapter, column) if column.name == 'account_id' and adapter['object']
            else 'adapted.' ~ column.name }} as {{ column.type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ adapter['relation'] }} as adapted
    {%- if adapter['object'] and 'account_id' in spec.names %}
    left join {{ aliases }} as aliases
        on adapted._source_system = aliases.source_system
        and '{{ adapter['object'] }}' = aliases.source_object
        and {{ account_key(adapter) }} = aliases.source_id
    {%- endif %}
    {%- else %}
    select
    {%- for column in spec.columns %}
        cast(null as {{ column.type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
    {%- endfor %}
{% endmacro %}

{#- The text under which an adapter's row names its customer. -#}
{% macro account_key(adapter) %}
    {{- adapter['key'] | replace('coalesce(', 'coalesce(adapted.') | replace(', ', ', adapted.')
        if 'coalesce' in adapter['key'] else 'adapted.' ~ adapter['key'] -}}
{% endmacro %}

{#- The resolved account; an id that resolves to nothing stays as it is where the system speaks of
    accounts or the contract needs a value, and is null elsewhere. It is listed in account_id_aliases. -#}
{% macro account_expression(adapter, column) %}
    {{- 'coalesce(aliases.account_id, adapted.account_id)'
        if adapter['object'] == 'account' or column.is_required else 'aliases.account_id' -}}
{% endmacro %}

{#- The moment from which a row is known: the earliest of the twin's known_at columns; null = always. -#}
{% macro known_at(spec) %}
    {%- set moments = [] -%}
    {%- for name in spec.known_at -%}
        {%- do moments.append('cast(' ~ name ~ ' as ' ~ dbt.type_timestamp() ~ ')') -%}
    {%- endfor -%}
    {%- if moments | length == 0 -%}
        cast(null as {{ dbt.type_timestamp() }})
    {%- elif moments | length == 1 -%}
        {{ moments[0] }}
    {%- else -%}
        least(
        {%- for moment in moments -%}
            coalesce({{ moment }}
            {%- for other in moments if other != moment %}, {{ other }}{% endfor -%}
            ){{ ', ' if not loop.last }}
        {%- endfor -%}
        )
    {%- endif -%}
{% endmacro %}

{#- Days outside which a date is a typing error and not a fact. -#}
{% macro plausible_days() %}
    {%- do return({'first': '1970-01-01', 'last': '2199-12-31'}) -%}
{% endmacro %}

{#- [{rule, field, condition}] by which a row of a contract table can't be used, first one counts. -#}
{% macro row_rules(spec) %}
    {%- set rules = [] -%}
    {%- for column in spec.columns if column.is_required or column.name in spec.primary_key -%}
        {%- do rules.append({
            'rule': 'missing_required_value',
            'field': column.name,
            'condition': column.name ~ ' is null'
                ~ (" or trim(" ~ column.name ~ ") = ''" if column.declared == 'string' else ''),
        }) -%}
    {%- endfor -%}
    {%- for column in spec.columns if column.declared in ('date', 'timestamp')
        and (column.name in spec.known_at or column.name in spec.primary_key) -%}
        {%- do rules.append({
            'rule': 'date_out_of_range',
            'field': column.name,
            'condition': 'cast(' ~ column.name ~ " as date) < cast('" ~ plausible_days().first
                ~ "' as date) or cast(" ~ column.name ~ " as date) > cast('" ~ plausible_days().last
                ~ "' as date)",
        }) -%}
    {%- endfor -%}
    {%- if spec.happened_at -%}
        {%- do rules.append({
            'rule': 'future_dated',
            'field': spec.happened_at,
            'condition': spec.happened_at ~ ' > ' ~ dbt.dateadd('day', 1, spec.cursor),
        }) -%}
    {%- endif -%}
    {%- do return(rules) -%}
{% endmacro %}

{% macro judged_rows(contract_table) %}
    {%- set adapted = adapted_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(adapted) -%}{%- endif -%}
    {{ judged(contract(contract_table), adapted) }}
{% endmacro %}

{#- The query `rows` with _is_known, _fault and _fault_field. -#}
{% macro judged(spec, rows) %}
    {%- set rules = row_rules(spec) -%}
    select
        adapted_rows.*,
        not {{ is_later(known_at(spec)) }} as _is_known,
        case
        {%- for rule in rules %}
            when {{ rule.condition }} then '{{ rule.rule }}'
        {%- endfor %}
        end as _fault,
        case
        {%- for rule in rules %}
            when {{ rule.condition }} then '{{ rule.field }}'
        {%- endfor %}
        end as _fault_field
    from (
        {{ rows }}
    ) as adapted_rows
{% endmacro %}

{#- A key's versions: those that the as-of day knew before later ones, then the newest of the known
    and the oldest of the later; of an event that was delivered twice the first. Ties break by content,
    so that the order of files never counts. -#}
{% macro version_order(spec) %}
    {%- set cursor = 'cast(' ~ spec.cursor ~ ' as ' ~ dbt.type_timestamp() ~ ')' -%}
    {%- if not spec.mode.startswith('append') -%}
        case when {{ is_later(spec.cursor) }} then 1 else 0 end,
        case when {{ cursor }} < {{ as_of_end() }} then {{ cursor }} end desc nulls last,
    {% endif -%}
    {{ cursor }} asc nulls last,
    _row_hash asc nulls last,
    _source_file asc nulls last,
    _load_id asc nulls last
{%- endmacro %}

{#- `judged` rows, each with _row_count: how often its key comes, null for once. Only repeated keys are
    sorted then. -#}
{% macro with_repeated_keys(spec, judged) %}
    (
        {{ judged }}
    ) as judged_rows
    left join (
        select
        {%- for name in spec.primary_key %}
            {{ name }} as _repeated_{{ loop.index }},
        {%- endfor %}
            count(*) as _row_count
        from (
            {{ judged }}
        ) as judged_rows
        where _is_known and _fault is null
        group by {{ spec.primary_key | join(', ') }}
        having count(*) > 1
    ) as repeated
        on
        {%- for name in spec.primary_key %}
        {{ 'and ' if not loop.first }}judged_rows.{{ name }} = repeated._repeated_{{ loop.index }}
        {%- endfor %}
{% endmacro %}

{#- Known and sound rows with their rank among the versions of their key. -#}
{% macro ranked_rows(contract_table) %}
    {%- set judged = judged_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(judged) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set rank -%}
        row_number() over (
            partition by {{ spec.primary_key | join(', ') }}
            order by {{ version_order(spec) }}
        ) as _rank
    {%- endset -%}
    select
        judged_rows.*,
        {{ rank }}
    from (
        {{ judged }}
    ) as judged_rows
    where _is_known and _fault is null
{% endmacro %}

{#- Known rows that are faulty or whose key is repeated, ranked as in ranked_rows and beside the version
    that stands. -#}
{% macro versions_of_rows(contract_table) %}
    {%- set judged, records = judged_rows(contract_table), records_of(contract_table) -%}
    {%- if not execute -%}{%- do return(judged) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set key = spec.primary_key | join(', ') -%}
    {%- set partition = 'partition by ' ~ key ~ ', case when _fault is null then 0 else 1 end' -%}
    {%- set ordered = 'order by ' ~ version_order(spec) -%}
    select
        judged_rows.*,
        row_number() over ({{ partition }} {{ ordered }}) as _rank,
        first_value(_source_system) over ({{ partition }} {{ ordered }}) as _kept_source_system,
        first_value(_row_hash) over ({{ partition }} {{ ordered }}) as _kept_row_hash,
        first_value({{ spec.cursor }}) over ({{ partition }} {{ ordered }}) as _kept_cursor
    {%- if records %}
    from (
        {{ judged }}
    ) as judged_rows
    where
        _is_known
        and (
            _fault is not null
            or {{ key }} in (select {{ key }} from {{ records }} where is_repeated)
        )
    {%- else %}
    from {{ with_repeated_keys(spec, judged) }}
    where _is_known and (_fault is not null or repeated._row_count > 1)
    {%- endif %}
{% endmacro %}

{#- The rows of a conformed table as known at the end of the as-of day. A column whose twin says
    `masked` is null where it lies after that day; a date of change after it gives way to the day from
    which the row is known, and a deletion after it hasn't happened. With `delivered` the masked
    columns and updated_at also come as they were delivered, as delivered_<column>, for models that
    roll back what hangs on them. -#}
{% macro kept_rows(contract_table, delivered=false) %}
    {%- set ranked = ranked_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(ranked) -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- set has_change_date = spec.cursor == 'updated_at' and spec.known_at | length > 0 -%}
    select
    {%- for column in spec.columns %}
        {% if column.is_masked -%}
            {{ known(column.name) }} as {{ column.name }}
        {%- elif column.name == 'updated_at' and has_change_date -%}
            case
                when {{ is_later('updated_at') }} then coalesce({{ known_at(spec) }}, updated_at)
                else updated_at
            end as updated_at
        {%- elif column.name == 'is_deleted' and has_change_date -%}
            is_deleted and not {{ is_later('updated_at') }} as is_deleted
        {%- else -%}
            {{ column.name }}
        {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
    {%- if delivered %}
    {%- for column in spec.columns if column.is_masked or column.name == 'updated_at' %},
        {{ column.name }} as delivered_{{ column.name }}
    {%- endfor %}
    {%- endif %}
    from (
        {{ ranked }}
    ) as ranked_rows
    where _rank = 1
{% endmacro %}

{#- The contract's columns of `relation` in order and type, with those of `instead` ({column: SQL})
    taking the place of what stands there. -#}
{% macro conformed_columns(contract_table, relation, instead) %}
    {%- if not execute -%}{%- do return('1 as parsed') -%}{%- endif -%}
    {%- for column in contract(contract_table).columns -%}
        cast({{ instead.get(column.name, relation ~ '.' ~ column.name) }} as {{ column.type }}) as {{ column.name }}
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{% endmacro %}

{#- Rows of a contract table in the contract's columns, with account ids still as the source spells
    them: what account_id_aliases itself is made of. -#}
{% macro source_rows(contract_table) %}
    {%- set adapters = enabled_adapters(contract_table) -%}
    {%- if not execute -%}{%- do return('select 1') -%}{%- endif -%}
    {%- set spec = contract(contract_table) -%}
    {%- for adapter in adapters %}
    {%- if not loop.first %}
    union all
    {% endif %}
    select
    {%- for column in spec.columns %}
        cast({{ column.name }} as {{ column.type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ adapter['relation'] }}
    {%- else %}
    select
    {%- for column in spec.columns %}
        cast(null as {{ column.type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
    where 1 = 0
    {%- endfor %}
{% endmacro %}

{#- Every id by which a source names a customer, with the vendor's own pointer to an account if it has
    one, and how many rows use it. -#}
{% macro account_references() %}
    {%- set queries = [] -%}
    {%- for contract_table in input_adapters() -%}
        {%- for adapter in enabled_adapters(contract_table) if adapter['object'] -%}
            {%- set moment = known_at(contract(contract_table)) if execute else 'null' -%}
            {%- set query -%}
    select
        cast(_source_system as {{ dbt.type_string() }}) as source_system,
        '{{ adapter['object'] }}' as source_object,
        cast({{ adapter['key'] }} as {{ dbt.type_string() }}) as source_id,
        max({{ 'cast(null as ' ~ dbt.type_string() ~ ')' if adapter['key'] == 'account_id'
            else 'cast(account_id as ' ~ dbt.type_string() ~ ')' }}) as pointer,
        count(*) as row_count,
        cast(min({{ moment }}) as date) as first_known_date
    from {{ adapter['relation'] }}
    where not {{ is_later(moment) }}
    group by _source_system, {{ adapter['key'] }}
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if queries -%}
        {{ queries | join('\n    union all\n') }}
    {%- else -%}
    select
        cast(null as {{ dbt.type_string() }}) as source_system,
        cast(null as {{ dbt.type_string() }}) as source_object,
        cast(null as {{ dbt.type_string() }}) as source_id,
        cast(null as {{ dbt.type_string() }}) as pointer,
        0 as row_count,
        cast(null as date) as first_known_date
    where 1 = 0
    {%- endif -%}
{% endmacro %}
