{#- Columns of one row with the named settings of the relation `renewal_settings`: days, counts and
    quarters as whole numbers. -#}
{% macro renewal_settings_row(names) %}
    select
    {%- for name in names %}
        {%- set value = "max(case when setting_id = '" ~ name ~ "' then setting_value end)" %}
        {%- set whole = name.endswith(('_days', '_quarters', '_count')) %}
        {{ 'cast(' ~ value ~ ' as ' ~ dbt.type_int() ~ ')' if whole else value }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('renewal_settings') }}
{% endmacro %}

{#- What is known at the end of `day` about a term: renewed, churned or open, and the day on which that
    was settled. `row` is an alias of int_renewal_facts. The order of the cases is the order of the
    definition; the ledger overrules paper once the term has ended. -#}
{% macro renewal_cases(row, day) %}
    {%- set grace = var('late_renewal_grace_days') | int -%}
    {%- set resumed = 'coalesce(' ~ row ~ '.resume_date <= ' ~ day ~ ', false)' -%}
    {%- set is_open = 'coalesce(' ~ row ~ '.opportunity_created_date <= ' ~ day ~ ' and coalesce('
        ~ row ~ '.opportunity_closed_date > ' ~ day ~ ', true), false)' -%}
    {%- set notice = 'coalesce(' ~ row ~ '.notice_date <= ' ~ day ~ ', false)' -%}
    {%- set gone = 'coalesce(' ~ row ~ '.service_end_date <= ' ~ day ~ ', false) and not ' ~ resumed -%}
    {%- set grace_over = add_days(row ~ '.due_date', grace) ~ ' < ' ~ day -%}
    {%- do return([
        (row ~ '.successor_signed_date <= ' ~ day ~ ' and (' ~ resumed ~ ' or ' ~ row ~ '.successor_start_date > ' ~ day ~ ')',
         'renewed', row ~ '.successor_signed_date'),
        (row ~ '.won_date <= ' ~ day ~ ' and (' ~ resumed ~ ' or ' ~ row ~ '.due_date > ' ~ day ~ ')',
         'renewed', row ~ '.won_date'),
        (row ~ '.is_auto_renewing and ' ~ row ~ '.notice_deadline_date <= ' ~ day ~ ' and not ' ~ notice
         ~ ' and not ' ~ is_open ~ ' and ' ~ row ~ '.lost_date is null and (' ~ resumed ~ ' or ('
         ~ row ~ '.due_date > ' ~ day ~ ' and not (' ~ gone ~ ')))',
         'renewed', row ~ '.notice_deadline_date'),
        (resumed ~ ' and not ' ~ is_open ~ ' and ' ~ grace_over,
         'renewed', add_days('greatest(' ~ row ~ '.resume_date, ' ~ row ~ '.due_date)', grace)),
        (row ~ '.lost_date <= ' ~ day ~ ' and not ' ~ resumed,
         'churned', row ~ '.lost_date'),
        (gone ~ ' and (not ' ~ is_open ~ ' or ' ~ grace_over ~ ')',
         'churned', row ~ '.service_end_date'),
        (notice ~ ' and not ' ~ is_open ~ ' and not ' ~ resumed,
         'churned', row ~ '.notice_date'),
    ]) -%}
{% endmacro %}

{% macro renewal_state(row, day) -%}
    case
    {%- for condition, state, _ in renewal_cases(row, day) %}
        when {{ condition }} then '{{ state }}'
    {%- endfor %}
        else 'open'
    end
{%- endmacro %}

{% macro renewal_closed_date(row, day) -%}
    case
    {%- for condition, _, closed_date in renewal_cases(row, day) %}
        when {{ condition }} then {{ closed_date }}
    {%- endfor %}
    end
{%- endmacro %}

{#- Standard deviation of a sum of renewals that are kept or lost independently, each with its
    probability; what is settled has none. -#}
{% macro forecast_deviation(row) -%}
    sqrt(sum(
        case
            when {{ row }}.state = 'open'
                then cast({{ row }}.due_arr as double) * cast({{ row }}.due_arr as double)
                * cast({{ row }}.probability as double) * (1 - cast({{ row }}.probability as double))
            else 0
        end
    ))
{%- endmacro %}
