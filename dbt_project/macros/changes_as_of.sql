{#- What field history says about each record at the end of the as-of day: one row per record with,
    for each of `fields`, <field> (text) and has_<field> (1 where the history speaks of it).

    The newest change of a field that was known then gives its new value; where all changes are later,
    the first of them gives its old value, which stood until it. -#}
{% macro changes_as_of(contract_table, record, moment, fields) %}
    {%- set adapted = adapted_rows(contract_table) -%}
    {%- if not execute -%}{%- do return(adapted) -%}{%- endif -%}
    select
        {{ record }}
    {%- for field in fields %},
        max(case when field_name = '{{ field }}' then field_value end) as {{ field }},
        max(case when field_name = '{{ field }}' then 1 else 0 end) as has_{{ field }}
    {%- endfor %}
    from (
        select
            {{ record }},
            field_name,
            case when {{ is_later(moment) }} then old_value else new_value end as field_value,
            row_number() over (
                partition by {{ record }}, field_name
                order by
                    case when {{ is_later(moment) }} then 1 else 0 end,
                    case when {{ is_later(moment) }} then null else {{ moment }} end desc nulls last,
                    {{ moment }} asc,
                    _row_hash asc
            ) as change_rank
        from (
            {{ adapted }}
        ) as changes
        where field_name in ('{{ fields | join("', '") }}')
    ) as ranked_changes
    where change_rank = 1
    group by {{ record }}
{% endmacro %}

{#- A column of a record that was changed after the as-of day: what its history says, else `fallback`.
    Reads the CTEs `known` (kept_rows with delivered=true) and `history` (changes_as_of). -#}
{% macro rolled_back(column, data_type='string', fallback=none) %}
    case
        when {{ is_later('known.delivered_updated_at') }} and history.has_{{ column }} = 1
            then {{ 'history.' ~ column if data_type == 'string' else try_to('history.' ~ column, data_type) }}
        else {{ fallback or 'known.' ~ column }}
    end
{%- endmacro %}
