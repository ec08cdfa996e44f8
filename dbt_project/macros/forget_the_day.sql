{#- Takes back what an earlier run for the same as-of day wrote into an append-only table with known_from and
    known_to, so that the run can be repeated. `published_days` says whether a later day was run since;
    then nothing is touched. Two hooks: forget_the_day, then reopen_the_day. -#}
{% macro forget_the_day(published_days) %}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            known_from = {{ as_of_day() }}
            and {{ as_of_day() }} >= (select max(as_of_date) from {{ published_days }})
    {%- endif -%}
{% endmacro %}

{% macro reopen_the_day(published_days) %}
    {%- if is_incremental() -%}
        update {{ this }}
        set known_to = null
        where
            known_to = {{ as_of_day() }}
            and {{ as_of_day() }} >= (select max(as_of_date) from {{ published_days }})
    {%- endif -%}
{% endmacro %}
