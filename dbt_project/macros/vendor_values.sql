{#- Money in the smallest unit of its currency, in major units: cents by 100, yen by 1.

    `currencies` is an alias of the seed of that name, joined on the upper-case currency. -#}
{% macro major_units(amount, scale=2, currencies='currencies') %}
    {%- set type = 'decimal(18,' ~ scale ~ ')' -%}
    cast(case coalesce({{ currencies }}.minor_units, 2)
        when 0 then cast({{ amount }} as decimal(28,8))
        when 3 then cast({{ amount }} as decimal(28,8)) * cast(0.001 as decimal(8,4))
        else cast({{ amount }} as decimal(28,8)) * cast(0.01 as decimal(8,4))
    end as {{ type }})
{%- endmacro %}

{#- A timestamp of a vendor, with its "for ever" (year 9999) as null. -#}
{% macro open_ended(expression) %}
    {%- set forever = "cast('9000-01-01 00:00:00' as " ~ dbt.type_timestamp() ~ ")" -%}
    case when {{ expression }} < {{ forever }} then {{ expression }} end
{%- endmacro %}

{#- `relation` with its latest version of each key, for look-ups that must not fan out. -#}
{% macro latest_rows(relation, key, cursor) %}
    select *
    from (
        select
            versions.*,
            row_number() over (
                partition by {{ key }}
                order by {{ cursor }} desc nulls last, _row_hash, _source_file
            ) as _version
        from {{ relation }} as versions
    ) as ranked
    where _version = 1
{%- endmacro %}
