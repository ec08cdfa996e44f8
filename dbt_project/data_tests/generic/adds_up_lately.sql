{#- Rows where `parts` don't add up to `total`; of a large table those of the tested days (in_tested_days). -#}
{% test adds_up_lately(model, total, parts, day='date_day') %}
    select *
    from {{ model }}
    where
        {{ in_tested_days(day, model) }}
        and ({{ total }} <> {{ parts | join(' + ') }} or {{ ([total] + parts) | join(' + ') }} is null)
{% endtest %}
