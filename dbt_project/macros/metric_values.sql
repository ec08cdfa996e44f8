{#- One measure, under its conditions, as an aggregate over a block's rows. -#}
{% macro measure_aggregate(leaf) %}
    {%- set measure = leaf.measure -%}
    {%- set conditions = leaf.conditions + (['is_counted_' ~ measure.name] if measure.non_additive_dimension else []) -%}
    {%- set expression = '(' ~ (measure.expr or measure.name) ~ ')' -%}
    {%- set kept = 'case when ' ~ conditions | join(' and ') ~ ' then ' ~ expression ~ ' end'
        if conditions else expression -%}
    {%- if measure.agg in ('sum', 'min', 'max') -%}
        {{- measure.agg ~ '(' ~ kept ~ ')' -}}
    {%- elif measure.agg == 'average' -%}
        {{- 'avg(' ~ kept ~ ')' -}}
    {%- elif measure.agg == 'count' -%}
        {{- 'count(' ~ kept ~ ')' -}}
    {%- elif measure.agg == 'count_distinct' -%}
        {{- 'count(distinct ' ~ kept ~ ')' -}}
    {%- elif measure.agg == 'sum_boolean' -%}
        {{- 'sum(case when ' ~ kept ~ ' then 1 else 0 end)' -}}
    {%- elif measure.agg == 'median' -%}
        {{- percentile(kept, '0.5') -}}
    {%- elif measure.agg == 'percentile' and not measure.agg_params.use_discrete_percentile -%}
        {{- percentile(kept, measure.agg_params.percentile) -}}
    {%- else -%}
        {{ exceptions.raise_compiler_error(measure.name ~ ': the dictionary knows no ' ~ measure.agg) }}
    {%- endif -%}
{% endmacro %}

{#- The rows of a semantic model by one of its days, with what is counted on the period's last day only. -#}
{% macro metric_block_rows(model, time, leaves) %}
    {%- set day = semantic_dimension(model, time) -%}
    {%- set month = dbt.date_trunc('month', '(' ~ (day.expr or day.name) ~ ')') -%}
    {%- set flags = {} -%}
    {%- for leaf in leaves.values() if leaf.measure.non_additive_dimension -%}
        {%- do flags.update({leaf.measure.name: leaf.measure.non_additive_dimension}) -%}
    {%- endfor %}
    select
        *,
        {%- for measure, rule in flags.items() %}
        {%- set moment = semantic_dimension(model, rule.name) %}
        {%- set groups = [month] + rule.window_groupings | default([], true) | list %}
        {{ moment.expr or moment.name }} = {{ rule.window_choice }}({{ moment.expr or moment.name }}) over (
            partition by {{ groups | join(', ') }}
        ) as is_counted_{{ measure }},
        {%- endfor %}
        cast({{ month }} as date) as metric_month
    from {{ ref(model.node_relation.alias) }}
    where ({{ day.expr or day.name }}) is not null
{%- endmacro %}

{#-
    One row per month, slice type and slice value with the measures of a block (a semantic model by one
    of its days), aggregated in one pass over the table.
-#}
{% macro metric_block(leaves) %}
    {%- set first = leaves.values() | first -%}
    {%- set slices = semantic_slices(first.model) -%}
    {%- set reports = slices | selectattr('kind', 'in', ['type', 'value']) | list -%}
    {%- set fixed = slices | selectattr('kind', 'equalto', 'fixed') | list -%}
    {%- set required = slices | selectattr('kind', 'equalto', 'required') | list -%}
    {%- set free = slices | selectattr('kind', 'equalto', 'free') | list -%}
    {%- set held = [] -%}
    {%- for slice in fixed -%}
        {%- do held.append('(' ~ slice.expression ~ ") = '" ~ slice.held_at ~ "'") -%}
    {%- endfor -%}
    {%- set rows = metric_block_rows(first.model, first.time, leaves) -%}
    {%- if reports %}
        {%- set of_type = reports | selectattr('kind', 'equalto', 'type') | first %}
        {%- set of_value = reports | selectattr('kind', 'equalto', 'value') | first %}
    select
        metric_month,
        {{ of_type.expression }} as slice_type,
        cast({{ of_value.expression }} as {{ dbt.type_string() }}) as slice_value,
        {{ metric_block_measures(leaves) }}
    from ({{ rows }}) as dated
    {{ 'where ' ~ held | join(' and ') if held }}
    group by metric_month, {{ of_type.expression }}, {{ of_value.expression }}
    {%- else %}
        {%- if not required %}
    {{ metric_block_cuts(free, rows, leaves, held, true) }}
        {%- endif %}
        {%- if fixed or required %}
            {%- if not required %}
    union all
            {%- endif %}
    {{ metric_block_cuts(fixed + required, rows, leaves, [], false) }}
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{% macro metric_block_measures(leaves) %}
    {%- for name, leaf in leaves.items() %}
        {{ measure_aggregate(leaf) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro metric_block_cuts(slices, rows, leaves, held, with_company) %}
    {%- if not slices -%}
    select
        metric_month,
        'company' as slice_type,
        'company' as slice_value,
        {{- metric_block_measures(leaves) }}
    from ({{ rows }}) as dated
    {{ 'where ' ~ held | join(' and ') if held }}
    group by metric_month
    {%- else -%}
    select
        metric_month,
        case
            {%- for slice in slices %}
            when grouping(cut_{{ loop.index }}) = 0 then '{{ slice.type }}'
            {%- endfor %}
            else 'company'
        end as slice_type,
        case
            {%- for slice in slices %}
            when grouping(cut_{{ loop.index }}) = 0 then coalesce(cut_{{ loop.index }}, '(none)')
            {%- endfor %}
            else 'company'
        end as slice_value,
        {{- metric_block_measures(leaves) }}
    from (
        select
            *,
            {%- for slice in slices %}
            cast({{ slice.expression }} as {{ dbt.type_string() }}) as cut_{{ loop.index }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ rows }}) as dated
        {{ 'where ' ~ held | join(' and ') if held }}
    ) as cut
    group by grouping sets (
        {{- '(metric_month), ' if with_company }}
        {%- for slice in slices -%}
        (metric_month, cut_{{ loop.index }}){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
    {%- endif %}
{%- endmacro %}

{#- CTEs: one per block, then metric_values with one row per metric, month, slice type and slice value. -#}
{% macro metric_value_ctes(formulas) %}
    {%- set blocks = {} -%}
    {%- for formula in formulas.values() -%}
        {%- for name, leaf in formula.leaves.items() -%}
            {%- do blocks.setdefault(leaf.block, {}).update({name: leaf}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for block, leaves in blocks.items() %}
{{ block }} as (
    {{- metric_block(leaves) }}
),
    {% endfor %}
metric_values as (
    {%- for metric, formula in formulas.items() %}
    select
        '{{ metric }}' as metric_name,
        metric_month,
        slice_type,
        slice_value,
        cast({{ formula.numerator or 'null' }} as decimal(28, 10)) as numerator,
        cast({{ formula.denominator or 'null' }} as decimal(28, 10)) as denominator,
        cast({{ formula.value }} as decimal(28, 10)) as metric_value
    from {{ metric_value_source(formula) }} as block
    where {{ formula.leaves.keys() | join(' is not null or ') }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{#- The block of a metric, or its blocks side by side where its inputs come from several. -#}
{% macro metric_value_source(formula) %}
    {%- set blocks = formula.leaves.values() | map(attribute='block') | unique | list -%}
    {%- if blocks | length == 1 -%}
        {{- blocks[0] -}}
    {%- else -%}
    (
        select
            metric_month,
            slice_type,
            slice_value,
            {%- for name in formula.leaves %}
            max({{ name }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            {%- for block in blocks %}
            select
                metric_month,
                slice_type,
                slice_value,
                {%- for name, leaf in formula.leaves.items() %}
                {{ name if leaf.block == block else 'null as ' ~ name }}{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ block }}
            where slice_type in ('company'
                {%- for slice in formula.slices -%}, '{{ slice.type }}'{%- endfor -%})
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as stacked
        group by metric_month, slice_type, slice_value
    )
    {%- endif -%}
{%- endmacro %}
