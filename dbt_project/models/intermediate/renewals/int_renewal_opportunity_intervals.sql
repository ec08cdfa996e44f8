{%- set fields = ['forecast_category', 'amount'] -%}

with

opportunities as (
    select * from {{ ref('int_renewal_opportunities') }}
),

history as (
    select * from {{ ref('crm_opportunity_history') }}
),

-- The last change of a day counts; of two at one moment the one that conforming takes too.
day_changes as (
    select
        opportunity_id,
        field_name,
        old_value,
        new_value,
        cast(changed_at as date) as changed_date,
        row_number() over (
            partition by opportunity_id, field_name, cast(changed_at as date)
            order by changed_at desc, _row_hash asc
        ) as last_number,
        row_number() over (
            partition by opportunity_id, field_name order by changed_at asc, _row_hash asc
        ) as change_number
    from history
    where field_name in ('forecast_category', 'amount')
),

first_values as (
    select
        opportunities.opportunity_id,
        day_changes.field_name,
        day_changes.old_value as field_value,
        opportunities.created_date as valid_from
    from opportunities
    inner join day_changes
        on opportunities.opportunity_id = day_changes.opportunity_id
    where
        day_changes.change_number = 1
        and opportunities.created_date < day_changes.changed_date
),

-- Without history what it says now is what it said while it was in the state that it is in.
unchanged_values as (
    {%- for field in fields %}
    select
        opportunities.opportunity_id,
        '{{ field }}' as field_name,
        cast(opportunities.{{ field }} as {{ dbt.type_string() }}) as field_value,
        {%- if field == 'forecast_category' %}
        coalesce(opportunities.closed_date, opportunities.created_date) as valid_from
        {%- else %}
        opportunities.created_date as valid_from
        {%- endif %}
    from opportunities
    left join day_changes
        on
            opportunities.opportunity_id = day_changes.opportunity_id
            and day_changes.field_name = '{{ field }}'
    where day_changes.opportunity_id is null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

stations as (
    select
        opportunity_id,
        field_name,
        new_value as field_value,
        changed_date as valid_from
    from day_changes
    where last_number = 1
    union all
    select * from first_values
    union all
    select * from unchanged_values
)

select
    opportunity_id,
    field_name,
    field_value,
    valid_from,
    coalesce(
        lead(valid_from) over (
            partition by opportunity_id, field_name order by valid_from asc
        ), cast('9999-12-31' as date)
    ) as valid_to
from stations
