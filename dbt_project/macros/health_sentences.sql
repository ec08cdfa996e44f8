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

{#- An amount of money as people read it: whole, with a comma before each three digits. -#}
{% macro amount_text(value) %}
    {%- set digits -%}
        cast(cast(round(abs({{ value }}), 0) as {{ dbt.type_bigint() }}) as {{ dbt.type_string() }})
    {%- endset -%}
    case when round({{ value }}, 0) < 0 then '-' else '' end
    || case
        {%- for groups in (3, 2, 1) %}
        when length({{ digits }}) > {{ 3 * groups }}
            then substr({{ digits }}, 1, length({{ digits }}) - {{ 3 * groups }})
            {%- for left in range(groups, 0, -1) %}
                || ',' || substr({{ digits }}, length({{ digits }}) - {{ 3 * left - 1 }}, 3)
            {%- endfor %}
        {%- endfor %}
        else {{ digits }}
    end
{%- endmacro %}
