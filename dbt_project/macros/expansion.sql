{#- The sentence of an expansion signal's type with its numbers; `row` has sentence and unit. -#}
{% macro expansion_evidence(row, subject, part, whole) %}
    {{- filled(row ~ '.sentence', {
        'value': number_text(ratio(row ~ '.' ~ part, row ~ '.' ~ whole), "'ratio'"),
        'part': number_text(row ~ '.' ~ part, "'count'"),
        'whole': number_text(row ~ '.' ~ whole, "'count'"),
        'subject': row ~ '.' ~ subject,
    }) -}}
{% endmacro %}
