with

staff_monthly as (
    select * from {{ ref('int_capacity_staff_monthly') }}
),

capacity_segments as (
    select * from {{ ref('int_capacity_segments') }}
),

capacity_scenarios as (
    select * from {{ ref('capacity_scenarios') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['paid_hours_per_month']) }}
    from capacity_settings
),

-- A segment's own row of a scenario wins over the row of all.
assumptions as (
    select
        capacity_segments.*,
        capacity_scenarios.scenario,
        capacity_scenarios.annual_growth_rate,
        capacity_scenarios.annual_attrition_rate,
        row_number() over (
            partition by capacity_segments.segment, capacity_scenarios.scenario
            order by case when capacity_scenarios.segment = '*' then 1 else 0 end asc
        ) as choice
    from capacity_segments
    inner join capacity_scenarios
        on
            capacity_scenarios.segment in (capacity_segments.segment, '*')
            and capacity_scenarios.valid_from <= {{ as_of_day() }}
),

factors as (
    select
        staff_monthly.*,
        assumptions.customers as customers_now,
        assumptions.effort_hours as effort_hours_now,
        assumptions.customer_hours_per_month,
        assumptions.cost_per_hour,
        assumptions.annual_attrition_rate,
        case
            when assumptions.annual_growth_rate is not null then 'scenario'
            when assumptions.trailing_growth_rate is not null then 'trailing'
            else 'none'
        end as growth_source,
        coalesce(assumptions.annual_growth_rate, assumptions.trailing_growth_rate, 0)
            as growth_rate,
        {{ ratio('staff_monthly.plan_month_number - 1', 12) }} as years_from_now
    from staff_monthly
    inner join assumptions
        on
            staff_monthly.scenario = assumptions.scenario
            and staff_monthly.segment = assumptions.segment
    where assumptions.choice = 1
),

growth as (
    select
        factors.*,
        cast(
            customers_now * power(1 + cast(growth_rate as double), years_from_now)
            as decimal(14, 2)
        ) as customers,
        cast(
            effort_hours_now * power(1 + cast(growth_rate as double), years_from_now)
            as decimal(14, 4)
        ) as effort_hours,
        cast(
            rostered_fte * (1 - power(1 - cast(annual_attrition_rate as double), years_from_now))
            as decimal(9, 2)
        ) as attrition_fte
    from factors
),

staffing as (
    select
        growth.*,
        cast(ceil({{ ratio('effort_hours', 'customer_hours_per_month') }}) as {{ dbt.type_int() }})
            as csms_required,
        cast(
            greatest(
                rostered_fte + planned_hires_fte - planned_leavers_fte - attrition_fte, 0
            ) as decimal(9, 2)
        ) as csms_on_staff
    from growth
)

select
    cast(staffing.scenario as {{ dbt.type_string() }}) as scenario,
    cast(staffing.segment as {{ dbt.type_string() }}) as segment,
    staffing.growth_source,
    staffing.plan_month_number,
    staffing.csms_required,
    staffing.customers,
    staffing.effort_hours,
    cast(staffing.growth_rate as decimal(9, 4)) as annual_growth_rate,
    staffing.customer_hours_per_month,
    staffing.rostered_fte,
    staffing.planned_hires_fte,
    staffing.planned_leavers_fte,
    staffing.attrition_fte,
    staffing.csms_on_staff,
    cast(staffing.csms_required - staffing.csms_on_staff as decimal(9, 2)) as coverage_gap,
    cast(
        staffing.csms_on_staff * settings.paid_hours_per_month * staffing.cost_per_hour
        as decimal(18, 2)
    ) as staff_cost,
    cast(
        staffing.csms_required * settings.paid_hours_per_month * staffing.cost_per_hour
        as decimal(18, 2)
    ) as required_cost,
    staffing.month_start_date,
    staffing.state_date,
    min(
        case when staffing.csms_required > staffing.csms_on_staff then staffing.month_start_date end
    ) over (partition by staffing.scenario, staffing.segment) as first_short_month_date
from staffing
cross join settings
