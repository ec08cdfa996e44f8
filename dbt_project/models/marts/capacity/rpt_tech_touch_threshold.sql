with

service_costs as (
    select * from {{ ref('int_account_service_costs') }}
),

capacity_segments as (
    select * from {{ ref('int_capacity_segments') }}
),

revenue_settings as (
    select * from {{ ref('int_revenue_settings') }}
),

human_touch as (
    select
        coalesce(segment, '(none)') as segment,
        count(*) as accounts,
        sum(effort_hours) as effort_hours,
        sum(csm_hours) as csm_hours,
        sum(effort_hours * csm_cost_per_hour) as effort_cost,
        sum(csm_hours * csm_cost_per_hour) as csm_cost
    from service_costs
    where touch_model = 'human'
    group by coalesce(segment, '(none)')
),

-- A year of the average account's CSM hours, earned back from the margin that its ARR leaves.
thresholds as (
    select
        capacity_segments.segment,
        capacity_segments.cost_per_hour,
        revenue_settings.gross_margin,
        coalesce(human_touch.accounts, 0) as human_accounts,
        coalesce(human_touch.effort_hours, 0) as effort_hours,
        coalesce(human_touch.csm_hours, 0) as csm_hours,
        cast(
            {{ ratio(
                'human_touch.effort_cost * 12', 'human_touch.accounts * revenue_settings.gross_margin'
            ) }} as decimal(18, 2)
        ) as tech_touch_threshold,
        cast(
            {{ ratio(
                'human_touch.csm_cost * 12', 'human_touch.accounts * revenue_settings.gross_margin'
            ) }} as decimal(18, 2)
        ) as tech_touch_threshold_logged
    from capacity_segments
    left join human_touch
        on capacity_segments.segment = human_touch.segment
    left join revenue_settings
        on capacity_segments.segment = revenue_settings.segment
),

flagged as (
    select
        thresholds.segment,
        service_costs.touch_model,
        service_costs.arr,
        case
            when service_costs.touch_model = 'human'
                then service_costs.arr < thresholds.tech_touch_threshold
            else service_costs.arr >= thresholds.tech_touch_threshold
        end as is_on_wrong_side
    from thresholds
    inner join service_costs
        on thresholds.segment = coalesce(service_costs.segment, '(none)')
),

sides as (
    select
        {%- for touch_model in ['human', 'tech'] %}
        sum(
            case when touch_model = '{{ touch_model }}' and is_on_wrong_side then 1 else 0 end
        ) as {{ touch_model }}_accounts_wrong,
        sum(
            case when touch_model = '{{ touch_model }}' and is_on_wrong_side then arr else 0 end
        ) as {{ touch_model }}_arr_wrong,
        {%- endfor %}
        sum(case when touch_model = 'tech' then 1 else 0 end) as tech_accounts,
        segment
    from flagged
    group by segment
)

select
    cast(thresholds.segment as {{ dbt.type_string() }}) as segment,
    cast(thresholds.human_accounts as {{ dbt.type_int() }}) as human_accounts,
    cast(coalesce(sides.human_accounts_wrong, 0) as {{ dbt.type_int() }}) as human_accounts_below,
    cast(coalesce(sides.tech_accounts, 0) as {{ dbt.type_int() }}) as tech_accounts,
    cast(coalesce(sides.tech_accounts_wrong, 0) as {{ dbt.type_int() }}) as tech_accounts_above,
    cast(thresholds.effort_hours as decimal(14, 4)) as effort_hours,
    cast(thresholds.csm_hours as decimal(14, 4)) as csm_hours,
    cast(thresholds.cost_per_hour as decimal(9, 2)) as cost_per_hour,
    cast(thresholds.gross_margin as decimal(6, 4)) as gross_margin,
    thresholds.tech_touch_threshold,
    thresholds.tech_touch_threshold_logged,
    cast(coalesce(sides.human_arr_wrong, 0) as decimal(18, 2)) as human_arr_below,
    cast(coalesce(sides.tech_arr_wrong, 0) as decimal(18, 2)) as tech_arr_above,
    {{ as_of_day() }} as as_of_date
from thresholds
left join sides
    on thresholds.segment = sides.segment
