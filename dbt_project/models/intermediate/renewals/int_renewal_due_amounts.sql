with

boundaries as (
    select * from {{ ref('int_renewal_boundaries') }}
),

due_items as (
    select * from {{ ref('int_renewal_due_items') }}
),

plan_rates as (
    select * from {{ ref('int_renewal_plan_rates') }}
)

select
    boundaries.contract_id,
    plan_rates.plan_year,
    coalesce(max(due_items.arr_source), 'none') as arr_source,
    cast(sum(
        {{ at_rate('coalesce(due_items.arr_local, 0)', 'plan_rates.plan_rate') }}
    ) as decimal(18, 2)) as due_arr
from boundaries
left join due_items
    on boundaries.contract_id = due_items.contract_id
inner join plan_rates
    on coalesce(due_items.currency, '{{ var("reporting_currency") }}') = plan_rates.currency
group by boundaries.contract_id, plan_rates.plan_year
