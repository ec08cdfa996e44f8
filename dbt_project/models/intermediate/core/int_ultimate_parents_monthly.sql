{%- set longest_chain = 16 -%}

with

account_field_spans as (
    select * from {{ ref('int_account_field_spans') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parent_spans as (
    select
        account_id,
        field_value as parent_account_id,
        valid_from,
        valid_to
    from account_field_spans
    where
        field_name = 'parent_account_id'
        and field_value is not null
),

pointers as (
    select
        parent_spans.account_id,
        months.month_number,
        parent_survivors.surviving_account_id as parent_account_id
    from parent_spans
    inner join account_survivors
        on parent_spans.account_id = account_survivors.account_id
    inner join account_survivors as parent_survivors
        on parent_spans.parent_account_id = parent_survivors.account_id
    inner join months
        on
            parent_spans.valid_from <= months.state_date
            and parent_spans.valid_to > months.state_date
    where
        not account_survivors.is_merged
        and parent_survivors.surviving_account_id <> parent_spans.account_id
),

hops_1 as (
    select
        account_id,
        month_number,
        parent_account_id as reached_account_id,
        '|' || account_id || '|' || parent_account_id || '|' as path,
        1 as hops
    from pointers
),

-- Step by step upwards; a parent that was passed already ends the way.
{% for length in range(2, longest_chain + 1) %}
hops_{{ length }} as (
    select
        hops_{{ length - 1 }}.account_id,
        hops_{{ length - 1 }}.month_number,
        pointers.parent_account_id as reached_account_id,
        hops_{{ length - 1 }}.path || pointers.parent_account_id || '|' as path,
        {{ length }} as hops
    from hops_{{ length - 1 }}
    inner join pointers
        on
            hops_{{ length - 1 }}.reached_account_id = pointers.account_id
            and hops_{{ length - 1 }}.month_number = pointers.month_number
    where
        {{ dbt.position(
            "'|' || pointers.parent_account_id || '|'", 'hops_' ~ (length - 1) ~ '.path'
        ) }} = 0
),

{% endfor %}
every_hop as (
    {%- for length in range(1, longest_chain + 1) %}
    select
        account_id,
        month_number,
        reached_account_id,
        hops
    from hops_{{ length }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked as (
    select
        every_hop.*,
        row_number() over (
            partition by account_id, month_number order by hops desc
        ) as hops_left
    from every_hop
),

ultimate_parents_monthly as (
    select
        account_id,
        month_number,
        reached_account_id as ultimate_parent_account_id,
        hops as hierarchy_depth
    from ranked
    where hops_left = 1
)

select * from ultimate_parents_monthly
