{#- Money in major units as a whole number of cents, wide enough for a product of two. -#}
{% macro cents(amount) %}
    {{- 'cast(cast(' ~ amount ~ ' as decimal(20, 2)) * 100 as decimal(20, 0))' -}}
{%- endmacro %}

{#- Whole cents as money. -#}
{% macro money_of(cents) %}
    {{- 'cast(' ~ cents ~ ' * cast(0.01 as decimal(3, 2)) as decimal(18, 2))' -}}
{%- endmacro %}

{#- `dividend` modulo a positive `divisor`, never below zero whatever the sign of the dividend. -#}
{% macro remainder(dividend, divisor) %}
    {{- 'mod(mod(' ~ dividend ~ ', ' ~ divisor ~ ') + ' ~ divisor ~ ', ' ~ divisor ~ ')' -}}
{%- endmacro %}
