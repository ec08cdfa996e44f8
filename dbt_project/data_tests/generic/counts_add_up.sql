{#- Rows where `parts` don't add up to `total`. -#}
{% test counts_add_up(model, total, parts) %}
    select *
    from {{ model }}
    where {{ total }} <> {{ parts | join(' + ') }} or {{ ([total] + parts) | join(' + ') }} is null
{% endtest %}
