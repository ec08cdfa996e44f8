with

service_costs as (
    select * from {{ ref('int_account_service_costs') }}
),

thresholds as (
    select * from {{ ref('rpt_tech_touch_threshold') }}
),

yearly as (
    select
        service_costs.*,
        thresholds.tech_touch_threshold,
        cast(service_costs.csm_hours * service_costs.csm_cost_per_hour * 12 as decimal(18, 2))
            as csm_cost,
        cast(
            service_costs.support_hours * service_costs.support_cost_per_hour * 12
            as decimal(18, 2)
        ) as support_cost,
        cast(service_costs.arr * service_costs.gross_margin as decimal(18, 2)) as gross_profit
    from service_costs
    left join thresholds
        on coalesce(service_costs.segment, '(none)') = thresholds.segment
)

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(csm_team as {{ dbt.type_string() }}) as csm_team,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(touch_model as {{ dbt.type_string() }}) as touch_model,
    csm_hours_source,
    case
        when touch_model = 'human' and arr < tech_touch_threshold then 'human_below_threshold'
        when touch_model = 'tech' and arr >= tech_touch_threshold then 'tech_above_threshold'
        else 'fits'
    end as touch_fit,
    cast(arr as decimal(18, 2)) as arr,
    csm_hours,
    support_hours,
    csm_cost,
    support_cost,
    cast(csm_cost + support_cost as decimal(18, 2)) as cost_to_serve,
    gross_profit,
    cast(gross_profit - csm_cost - support_cost as decimal(18, 2)) as margin_after_service,
    {{ ratio('csm_cost + support_cost', 'arr') }} as cost_to_serve_rate,
    {{ as_of_day() }} as as_of_date
from yearly
