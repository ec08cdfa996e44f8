{#- An end of Wilson's interval (1927) of a share over `cases`, with `sign` '-' or '+'. Where cases weigh
    unequally, as money does, `cases` is their effective number by Kish: the interval of a share of money
    that can be kept in part is then rather too wide than too narrow. -#}
{% macro wilson_bound(share, cases, z, sign) %}
    {%- set half = z ~ ' * sqrt(greatest(' ~ share ~ ' * (1 - ' ~ share ~ ') * ' ~ cases
        ~ ', 0) + 0.25 * ' ~ z ~ ' * ' ~ z ~ ')' -%}
    {{- ratio(
        '(' ~ share ~ ' * ' ~ cases ~ ' + 0.5 * ' ~ z ~ ' * ' ~ z ~ ' ' ~ sign ~ ' ' ~ half ~ ')',
        '(' ~ cases ~ ' + ' ~ z ~ ' * ' ~ z ~ ')'
    ) }}
{%- endmacro %}

{#- Kish's effective number of cases: how many of equal weight would tell as much. -#}
{% macro effective_cases(weight) %}
    {%- set amount = 'cast(' ~ weight ~ ' as ' ~ dbt.type_float() ~ ')' -%}
    {{- ratio('sum(' ~ amount ~ ') * sum(' ~ amount ~ ')', 'sum(' ~ amount ~ ' * ' ~ amount ~ ')') }}
{%- endmacro %}

{#- An end of Newcombe's interval (1998, method 10) of the difference of two shares: their columns
    `share`, `share_low` and `share_high` in the relations `one` and `other`. -#}
{% macro difference_bound(one, other, share, sign) %}
    {%- set near, far = ('_low', '_high') if sign == '-' else ('_high', '_low') -%}
    {%- set ones = one ~ '.' ~ share ~ ' - ' ~ one ~ '.' ~ share ~ near -%}
    {%- set others = other ~ '.' ~ share ~ far ~ ' - ' ~ other ~ '.' ~ share -%}
    {{- one }}.{{ share }} - {{ other }}.{{ share }} {{ sign }} sqrt(
        power({{ ones }}, 2) + power({{ others }}, 2)
    )
{%- endmacro %}
