{#- Rows of the tested days (setting tested_days) where `parts` don't add up to `total`. -#}
{% test adds_up_lately(model, total, parts, day='date_day') %}
    select *
    from {{ model }}
    where
        {{ in_tested_days(day) }}
        and ({{ total }} <> {{ parts | join(' + ') }} or {{ ([total] + parts) | join(' + ') }} is null)
{% endtest %}
