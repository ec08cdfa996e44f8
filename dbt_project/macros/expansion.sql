{#- The sentence of an expansion signal's type with its numbers; `row` has sentence and unit. -#}
{% macro expansion_evidence(row, subject, part, whole) %}
    {%- set share = 'cast(' ~ ratio(row ~ '.' ~ part, row ~ '.' ~ whole) ~ ' as decimal(18, 4))' -%}
    {{- filled(row ~ '.sentence', {
        'value': number_text(share, "'ratio'"),
        'part': number_text(row ~ '.' ~ part, "'count'"),
        'whole': number_text(row ~ '.' ~ whole, "'count'"),
        'subject': row ~ '.' ~ subject,
    }) -}}
{% endmacro %}
