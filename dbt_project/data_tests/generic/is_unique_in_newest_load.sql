{#- Keys of the newest load that are null or occur more than once among all rows; what earlier loads
    brought was tested with them. -#}
{% test is_unique_in_newest_load(model, columns) %}
    {%- set key = columns | join(', ') %}
    select
        {{ key }},
        count(*) as row_count
    from {{ model }}
    where {{ columns[0] }} in (
        select {{ columns[0] }}
        from {{ model }}
        where _load_id = (select max(_load_id) from {{ model }})
    )
    or {{ columns[0] }} is null
    group by {{ key }}
    having count(*) > 1 {% for column in columns %}or {{ column }} is null {% endfor %}
{% endtest %}
