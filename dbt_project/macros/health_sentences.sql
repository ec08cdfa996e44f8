{#- A number as people read it: shares in per cent, the rest whole where it is whole, else with one decimal. -#}
{% macro number_text(value, unit) %}
    {%- set whole = dbt.type_bigint() -%}
    case
        when {{ unit }} = 'ratio'
            then cast(cast(round({{ value }} * 100, 0) as {{ whole }}) as {{ dbt.type_string() }}) || ' %'
        when {{ unit }} = 'hours' or {{ value }} = round({{ value }}, 0)
            then cast(cast(round({{ value }}, 0) as {{ whole }}) as {{ dbt.type_string() }})
        else cast(cast({{ value }} as decimal(18, 1)) as {{ dbt.type_string() }})
    end
{%- endmacro %}

{#- `template` with its placeholders filled; `texts` is {placeholder: SQL}. -#}
{% macro filled(template, texts) %}
    {%- set sql = namespace(text=template) -%}
    {%- for placeholder, text in texts.items() -%}
        {%- set sql.text = "replace(" ~ sql.text ~ ", '{" ~ placeholder ~ "}', coalesce(" ~ text ~ ", '?'))" -%}
    {%- endfor -%}
    {{ sql.text }}
{%- endmacro %}
