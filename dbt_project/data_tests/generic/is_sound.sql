{% test is_sound(model, filled=[], unique=[]) %}
{#- One row per rule of a table that is broken, in words: columns that must be filled, and columns or
    combinations of them that may occur once. One query for all rules of a table: each test node costs
    a run thirty milliseconds, and a table has up to a dozen such rules. -#}
{%- for column in filled %}
    select
        '{{ column }} is empty' as broken_rule,
        count(*) as broken_rows
    from {{ model }}
    where {{ column }} is null
    having count(*) > 0
    {{ 'union all' if not loop.last or unique }}
{%- endfor %}
{%- for key in unique %}
    {%- set columns = [key] if key is string else key %}
    select
        '{{ columns | join(', ') }} occurs more than once' as broken_rule,
        count(*) as broken_rows
    from (
        select {{ columns | join(', ') }}
        from {{ model }}
        {{ 'where ' ~ key ~ ' is not null' if key is string }}
        group by {{ columns | join(', ') }}
        having count(*) > 1
    ) as repeated
    having count(*) > 0
    {{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
