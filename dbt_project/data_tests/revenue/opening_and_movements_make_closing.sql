-- Months of an account, product or parent whose movements don't lead from opening to closing, at the plan rate or at
-- spot rates, or whose opening isn't the closing before.
{%- set grains = [
    ('fct_arr_movements_monthly', ['account_id'], false),
    ('fct_arr_product_movements_monthly', ['account_id', 'product_id'], false),
    ('fct_arr_parent_movements_monthly', ['ultimate_parent_account_id'], true),
] %}

with

{% for mart, keys, has_transfers in grains %}
{{ mart }} as (
    select
        '{{ mart }}' as mart,
        {{ keys | join(" || '|' || ") }} as unit,
        month_start_date,
        {%- for view in ['', '_spot'] %}
        opening_arr{{ view }},
        closing_arr{{ view }},
        {%- for label in movement_labels() %} {{ label }}_arr{{ view }} +{% endfor %}
        {{ 'transfer_arr' ~ view if has_transfers else '0' }}
        + {{ 'fx_arr_spot' if view else '0' }} as moved_arr{{ view }},
        lag(closing_arr{{ view }}, 1, cast(0 as decimal(18, 2))) over (
            partition by {{ keys | join(', ') }} order by month_start_date asc
        ) as closing_before_arr{{ view }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(mart) }}
),

{% endfor %}
every_month as (
    {%- for mart, keys, has_transfers in grains %}
    select * from {{ mart }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from every_month
where
    opening_arr + moved_arr <> closing_arr
    or opening_arr <> closing_before_arr
    or opening_arr_spot + moved_arr_spot <> closing_arr_spot
    or opening_arr_spot <> closing_before_arr_spot
