{#- Rows of the tested days (setting tested_days) whose combination of `columns` occurs more than once. -#}
{% test is_unique_lately(model, columns, day='date_day') %}
    select
        {{ columns | join(', ') }},
        count(*) as occurrences
    from {{ model }}
    where {{ in_tested_days(day) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}
