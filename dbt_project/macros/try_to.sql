{#- Dirty text as `data_type`, or null where it isn't one; dbt.safe_cast raises on some engines. -#}
{% macro try_to(expression, data_type) %}
    {{- adapter.dispatch('try_to')(expression, data_type) -}}
{% endmacro %}

{% macro default__try_to(expression, data_type) %}
    {{- 'try_cast(' ~ expression ~ ' as ' ~ data_type ~ ')' -}}
{% endmacro %}

{% macro postgres__try_to(expression, data_type) %}
    {%- set family = data_type.split('(')[0] | lower | trim -%}
    {%- set patterns = {
        'int': '^\s*[+-]?\d{1,9}\s*$',
        'integer': '^\s*[+-]?\d{1,9}\s*$',
        'bigint': '^\s*[+-]?\d{1,18}\s*$',
        'decimal': '^\s*[+-]?(\d{1,15}(\.\d*)?|\.\d+)\s*$',
        'numeric': '^\s*[+-]?(\d{1,15}(\.\d*)?|\.\d+)\s*$',
        'boolean': '^\s*(true|false|t|f|1|0)\s*$',
        'date': '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$',
        'timestamp': '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?Z?$',
    } -%}
    {%- if family not in patterns -%}
        {{ exceptions.raise_compiler_error("try_to: no pattern for " ~ data_type) }}
    {%- endif -%}
    case when cast({{ expression }} as text) ~* '{{ patterns[family] }}' then cast({{ expression }} as {{ data_type }}) end
{%- endmacro %}
