{#- The text at a top-level key of a JSON text column; null for no key and for what isn't JSON. -#}
{% macro json_text(column, key) %}
    {{- adapter.dispatch('json_text')(column, key) -}}
{% endmacro %}

{% macro default__json_text(column, key) %}
    {{- "get_json_object(" ~ column ~ ", '$." ~ key ~ "')" -}}
{% endmacro %}

{% macro duckdb__json_text(column, key) %}
    {{- "case when json_valid(" ~ column ~ ") then json_extract_string(" ~ column ~ ", '$." ~ key ~ "') end" -}}
{% endmacro %}

{% macro postgres__json_text(column, key) %}
    {{- "case when " ~ column ~ " ~ '^\s*\{.*\}\s*$' then cast(" ~ column ~ " as json) ->> '" ~ key ~ "' end" -}}
{% endmacro %}
