{#- Reads of the semantic layer (dbt's graph) what the dictionary's marts are generated from. -#}

{#- Measures by name, each with its semantic model and the time dimension that it is counted by. -#}
{% macro semantic_measures() %}
    {%- set measures = {} -%}
    {%- for model in graph.semantic_models.values() -%}
        {%- for measure in model.measures -%}
            {%- set time = measure.agg_time_dimension or model.defaults.agg_time_dimension -%}
            {%- do measures.update({measure.name: {
                'measure': measure, 'model': model, 'time': time, 'block': model.name ~ '__' ~ time,
            }}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(measures) }}
{% endmacro %}

{#- Metrics by name, in alphabetical order. -#}
{% macro semantic_metrics() %}
    {%- set metrics = {} -%}
    {%- for metric in graph.metrics.values() | sort(attribute='name') -%}
        {%- do metrics.update({metric.name: metric}) -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}

{#- What qualifies a semantic model's dimensions in a query: `account` of `account__segment`. -#}
{% macro semantic_entity(model) %}
    {%- set primary = model.entities | selectattr('type', 'equalto', 'primary') | list -%}
    {{ return(model.primary_entity or primary[0].name) }}
{% endmacro %}

{% macro semantic_dimension(model, name) %}
    {%- set found = model.dimensions | selectattr('name', 'equalto', name) | list -%}
    {%- if not found -%}
        {{ exceptions.raise_compiler_error(model.name ~ ' has no dimension ' ~ name) }}
    {%- endif -%}
    {{ return(found[0]) }}
{% endmacro %}

{#- The reports' word for a dimension, so that a slice is named alike in every mart. -#}
{% macro slice_type_of(dimension) %}
    {{ return({'csm_user_id': 'csm', 'csm_team': 'team', 'plan_name': 'plan'}.get(dimension, dimension)) }}
{% endmacro %}

{#-
    How a metric may be cut by a semantic model's dimensions: a list of slice type, name in a query,
    expression and kind. The kind stands in the dimension's config.meta.slice; the usual one is `free`.
    `none`: not a slice. `required`: the metric means nothing without it. `fixed`: held at meta.held_at
    unless one cuts by it. `type` and `value`: a report's own columns slice_type and slice_value.
-#}
{% macro semantic_slices(model) %}
    {%- set slices = [] -%}
    {%- for dimension in model.dimensions if dimension.type == 'categorical' -%}
        {%- set meta = (dimension.config or {}).get('meta', {}) -%}
        {%- do slices.append({
            'type': slice_type_of(dimension.name), 'expression': dimension.expr or dimension.name,
            'name': semantic_entity(model) ~ '__' ~ dimension.name,
            'kind': meta.get('slice', 'free'), 'held_at': meta.get('held_at'),
        }) -%}
    {%- endfor -%}
    {{ return(slices | rejectattr('kind', 'equalto', 'none') | list) }}
{% endmacro %}

{#- A condition of the semantic layer as SQL on the semantic model's table. -#}
{% macro semantic_condition(filter, model) %}
    {%- set conditions = [] -%}
    {%- for part in (filter or {}).get('where_filters', []) -%}
        {%- set sql = namespace(text=part.where_sql_template) -%}
        {%- for dimension in model.dimensions -%}
            {%- set name = semantic_entity(model) ~ '__' ~ dimension.name -%}
            {%- set pattern = "\\{\\{\\s*(Time)?Dimension\\(\\s*['\"]" ~ name ~ "['\"](\\s*,\\s*['\"]day['\"])?\\s*\\)\\s*\\}\\}" -%}
            {%- set expression = dimension.expr or dimension.name -%}
            {%- set shown = expression if modules.re.match('^\\w+$', expression) else '(' ~ expression ~ ')' -%}
            {%- set sql.text = modules.re.sub(pattern, shown, sql.text) -%}
        {%- endfor -%}
        {%- if '{{' in sql.text -%}
            {{ exceptions.raise_compiler_error('The dictionary can\'t read this condition: ' ~ sql.text) }}
        {%- endif -%}
        {%- do conditions.append('(' ~ sql.text ~ ')') -%}
    {%- endfor -%}
    {{ return(conditions) }}
{% endmacro %}

{#-
    A metric as SQL over leaves, which are filtered measures: its value, numerator and denominator,
    and the leaves by name. `filters` are those of the metrics above it.
-#}
{% macro semantic_formula(metric, metrics, measures, filters=[]) %}
    {%- set parameters = metric.type_params -%}
    {%- set above = filters + ([metric.filter] if metric.filter else []) -%}
    {%- if metric.type == 'simple' -%}
        {%- set input = parameters.measure -%}
        {%- set all = above + ([input.filter] if input.filter else []) -%}
        {%- set from = measures[input.name] -%}
        {%- set conditions = [] -%}
        {%- for filter in all -%}
            {%- do conditions.extend(semantic_condition(filter, from.model)) -%}
        {%- endfor -%}
        {%- if input.join_to_timespine or input.fill_nulls_with is not none -%}
            {{ exceptions.raise_compiler_error(metric.name ~ ': the dictionary doesn\'t fill gaps') }}
        {%- endif -%}
        {%- set leaf = metric.name if not filters else metric.name ~ '__' ~ local_md5(conditions | join)[:8] -%}
        {{ return({'value': leaf, 'numerator': none, 'denominator': none, 'leaves': {leaf: {
            'measure': from.measure, 'model': from.model, 'time': from.time, 'block': from.block,
            'conditions': conditions,
        }}}) }}
    {%- elif metric.type == 'ratio' -%}
        {%- set upper = semantic_input(parameters.numerator, metrics, measures, above) -%}
        {%- set lower = semantic_input(parameters.denominator, metrics, measures, above) -%}
        {%- set leaves = dict(upper.leaves, **lower.leaves) -%}
        {{ return({'value': '(' ~ ratio(upper.value, lower.value) ~ ')', 'numerator': upper.value,
            'denominator': lower.value, 'leaves': leaves}) }}
    {%- elif metric.type == 'derived' -%}
        {%- set sql = namespace(text=parameters.expr, leaves={}) -%}
        {%- for input in parameters.metrics -%}
            {%- if input.offset_window or input.offset_to_grain -%}
                {{ exceptions.raise_compiler_error(metric.name ~ ': the dictionary knows no offsets') }}
            {%- endif -%}
            {%- set part = semantic_input(input, metrics, measures, above) -%}
            {%- set sql.text = modules.re.sub('\\b' ~ (input.alias or input.name) ~ '\\b', part.value, sql.text) -%}
            {%- set sql.leaves = dict(sql.leaves, **part.leaves) -%}
        {%- endfor -%}
        {{ return({'value': '(' ~ sql.text ~ ')', 'numerator': none, 'denominator': none, 'leaves': sql.leaves}) }}
    {%- endif -%}
    {{ exceptions.raise_compiler_error(metric.name ~ ': the dictionary knows no metrics of type ' ~ metric.type) }}
{% endmacro %}

{% macro semantic_input(input, metrics, measures, filters) %}
    {%- set own = [input.filter] if input.filter else [] -%}
    {{ return(semantic_formula(metrics[input.name], metrics, measures, filters + own)) }}
{% endmacro %}

{#- Formulas of all metrics by name, each with the slices that all its leaves have under one name. -#}
{% macro semantic_formulas() %}
    {%- set metrics = semantic_metrics() -%}
    {%- set measures = semantic_measures() -%}
    {%- set formulas = {} -%}
    {%- for name, metric in metrics.items() -%}
        {%- set formula = semantic_formula(metric, metrics, measures) -%}
        {%- set common = namespace(slices=none) -%}
        {%- for leaf in formula.leaves.values() -%}
            {%- set here = semantic_slices(leaf.model) -%}
            {%- if common.slices is none -%}
                {%- set common.slices = here -%}
            {%- else -%}
                {%- set names = here | map(attribute='name') | list -%}
                {%- set common.slices = common.slices | selectattr('name', 'in', names) | list -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do formula.update({'slices': common.slices}) -%}
        {%- do formulas.update({name: formula}) -%}
    {%- endfor -%}
    {{ return(formulas) }}
{% endmacro %}
