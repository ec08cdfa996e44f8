{#- The dictionary's generated columns, one row per metric, as literals. -#}

{% macro text_literal(text) %}
    {%- if text is none or text == '' -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        '{{ text | trim | replace("'", "''") }}'
    {%- endif -%}
{% endmacro %}

{#- Keys of all that the given nodes are made from, themselves included, looking no further than `last` nodes. -#}
{% macro upstream_of(starts, last=[]) %}
    {%- set seen = {} -%}
    {%- for start in starts -%}
        {%- do seen.update({start: true}) -%}
    {%- endfor -%}
    {%- set open = starts | list -%}
    {%- for step in range(graph.nodes | length + graph.sources | length) if open -%}
        {%- set node = graph.nodes.get(open.pop()) -%}
        {%- if node and node.resource_type == 'model' and not (last and node.fqn[1] not in last) -%}
            {%- for above in node.depends_on.nodes if above not in seen -%}
                {%- do seen.update({above: true}) -%}
                {%- do open.append(above) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(seen.keys() | list) }}
{% endmacro %}

{#- The contract tables behind a mart and, through staging alone, their raw tables (system.table), sorted. -#}
{% macro lineage_of(mart) %}
    {%- set tables = [] -%}
    {%- set staged = [] -%}
    {%- for key in upstream_of([mart]) -%}
        {%- set node = graph.nodes.get(key) -%}
        {%- if node and node.fqn[1] == 'conformed' and node.config.meta.get('primary_key') -%}
            {%- do tables.append(node.name) -%}
            {%- for above in node.depends_on.nodes if above in graph.nodes -%}
                {#- usage_events rests on records of its own, which rest on staging -#}
                {%- set one = graph.nodes[above] -%}
                {%- set kept = one.fqn[1] == 'conformed' and one.config.materialized == 'incremental' -%}
                {%- for found in [above] + (one.depends_on.nodes if kept else []) -%}
                    {%- if graph.nodes.get(found, {}).get('schema') == 'staging' -%}
                        {%- do staged.append(found) -%}
                    {%- endif -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set raw = [] -%}
    {%- for key in upstream_of(staged, ['staging']) if key in graph.sources -%}
        {%- do raw.append(graph.sources[key].source_name ~ '.' ~ graph.sources[key].name) -%}
    {%- endfor -%}
    {{ return({'tables': tables | sort, 'raw': raw | sort}) }}
{% endmacro %}

{#- One filtered measure in words: sum(closing_arr), on the last month_start_date of the period, where … -#}
{% macro leaf_in_words(leaf) %}
    {%- set measure = leaf.measure -%}
    {%- set last = measure.non_additive_dimension -%}
    {%- set conditions = leaf.conditions | join(' and ') -%}
    {%- set words = [] -%}
    {%- if measure.agg == 'sum' and measure.expr == '1' -%}
        {%- do words.append('number of rows') -%}
    {%- else -%}
        {%- set share = ' ' ~ measure.agg_params.percentile ~ ' of ' if measure.agg == 'percentile' else '' -%}
        {%- do words.append(measure.agg ~ share ~ '(' ~ (measure.expr or measure.name) ~ ')') -%}
    {%- endif -%}
    {%- if last -%}
        {%- do words.append('on the ' ~ ('first ' if last.window_choice == 'min' else 'last ') ~ last.name ~ ' of the period') -%}
    {%- endif -%}
    {%- if conditions -%}
        {%- do words.append('where ' ~ (conditions[1:-1] if leaf.conditions | length == 1 else conditions)) -%}
    {%- endif -%}
    {{ return(words | join(' ')) }}
{% endmacro %}

{#- The formula over the table's columns, with each filtered measure written out. -#}
{% macro formula_in_words(formula) %}
    {%- set words = namespace(
        text=formula.numerator ~ ' ÷ ' ~ formula.denominator if formula.numerator else formula.value) -%}
    {%- for name in formula.leaves.keys() | sort(reverse=true) -%}
        {%- set words.text = modules.re.sub('\\b' ~ name ~ '\\b', '⟦' ~ loop.index0 ~ '⟧', words.text) -%}
    {%- endfor -%}
    {%- for name in formula.leaves.keys() | sort(reverse=true) -%}
        {%- set words.text = words.text | replace('⟦' ~ loop.index0 ~ '⟧', leaf_in_words(formula.leaves[name])) -%}
    {%- endfor -%}
    {{ return(words.text) }}
{% endmacro %}

{#- Pages and dashboards that say in dbt (exposures) that they show a metric or a mart behind it. -#}
{% macro metric_users(metric, marts) %}
    {%- set users = [] -%}
    {%- for exposure in graph.exposures.values() -%}
        {%- set read = exposure.depends_on.nodes -%}
        {%- if metric.unique_id in read or marts | select('in', read) | list -%}
            {%- do users.append(exposure.label or exposure.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(users | sort) }}
{% endmacro %}

{#- One select per metric: what the semantic layer and the lineage say of it. -#}
{% macro metric_rows() %}
    {%- set metrics = semantic_metrics() -%}
    {%- set lineages = {} -%}
    {%- for name, formula in semantic_formulas().items() %}
        {%- set metric = metrics[name] -%}
        {%- set leaves = formula.leaves.values() | list -%}
        {%- set marts = leaves | map(attribute='model.depends_on.nodes') | sum(start=[]) | unique | list -%}
        {%- set tables = [] -%}
        {%- set raw = [] -%}
        {%- for mart in marts -%}
            {%- if mart not in lineages -%}
                {%- do lineages.update({mart: lineage_of(mart)}) -%}
            {%- endif -%}
            {%- do tables.extend(lineages[mart].tables) -%}
            {%- do raw.extend(lineages[mart].raw) -%}
        {%- endfor -%}
        {%- set cuts = formula.slices | rejectattr('kind', 'in', ['type', 'value']) | list -%}
        {%- set reports = formula.slices | selectattr('kind', 'in', ['type', 'value']) | list -%}
        {%- set slices = cuts | map(attribute='type') | list + (['slice_type'] if reports else []) -%}
        {%- set names = cuts | map(attribute='name') | list
            + ([reports | map(attribute='name') | join('+')] if reports else []) %}
    select
        {{ text_literal(name) }} as metric_name,
        {{ text_literal(metric.label or name) }} as label,
        {{ text_literal(metric.description) }} as description,
        {{ text_literal(formula_in_words(formula)) }} as formula,
        {{ text_literal(metric.type) }} as metric_type,
        {{ text_literal(leaves | map(attribute='time') | unique | join(', ')) }} as time_columns,
        {{ text_literal(leaves[0].model.node_relation.alias) }} as first_mart,
        {{ text_literal(graph.nodes[marts[0]].config.group) }} as domain,
        {{ text_literal(slices | join(', ')) }} as slice_types,
        {{ text_literal(names | join(', ')) }} as group_by_names,
        {{ text_literal(marts | map('replace', 'model.csops.', '') | join(', ')) }} as source_marts,
        {{ text_literal(tables | unique | sort | join(', ')) }} as source_contract_tables,
        {{ text_literal(raw | unique | sort | join(', ')) }} as source_raw_tables,
        {{ text_literal(metric_users(metric, marts) | join(', ')) }} as used_by,
        {{ text_literal(metric.original_file_path) }} as declared_in
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
