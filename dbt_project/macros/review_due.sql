{#- The day on which something is to be reviewed again: months after its last review that is known, else after its first day. -#}
{% macro review_due(reviewed_on, first_day, interval_months) %}
    {%- set last = 'case when ' ~ reviewed_on ~ ' <= ' ~ as_of_day() ~ ' then ' ~ reviewed_on ~ ' else ' ~ first_day ~ ' end' -%}
    cast({{ dbt.dateadd('month', interval_months, last) }} as date)
{%- endmacro %}
