{#- A ratio in double precision; null for an empty denominator. -#}
{% macro ratio(numerator, denominator) %}
    {{- adapter.dispatch('ratio')(numerator, denominator) -}}
{% endmacro %}

{% macro default__ratio(numerator, denominator) %}
    {{- 'cast(' ~ numerator ~ ' as double) / nullif(cast(' ~ denominator ~ ' as double), 0)' -}}
{% endmacro %}

{% macro postgres__ratio(numerator, denominator) %}
    {{- 'cast(' ~ numerator ~ ' as double precision) / nullif(cast(' ~ denominator ~ ' as double precision), 0)' -}}
{% endmacro %}
