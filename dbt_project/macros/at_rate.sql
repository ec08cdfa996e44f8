{#- An amount in another currency, rounded to the cent; 0 without a rate.

    A product of two decimals of 18 digits overflows at about nine hundred million, so what could come near
    it is multiplied in wider ones; nearly everything else stays in 64 bits, several times faster. -#}
{% macro at_rate(amount, rate) -%}
    case
        when {{ rate }} is null then cast(0 as decimal(18, 2))
        when {{ rate }} = 1 then {{ amount }}
        when {{ rate }} < 100 and abs({{ amount }}) < 1000000
            then cast({{ amount }} * {{ rate }} as decimal(18, 2))
        else cast(cast({{ amount }} as decimal(24, 2)) * {{ rate }} as decimal(18, 2))
    end
{%- endmacro %}
