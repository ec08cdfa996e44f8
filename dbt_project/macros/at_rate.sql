{#- An amount in another currency, rounded to the cent; 0 without a rate. Wide, because a product of two
    decimals of 18 digits overflows at less than a thousand million. -#}
{% macro at_rate(amount, rate) -%}
    cast(cast({{ amount }} as decimal(24, 2)) * coalesce({{ rate }}, 0) as decimal(18, 2))
{%- endmacro %}
