with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

cs_ops_kpis as (
    select * from {{ ref('cs_ops_kpis') }}
),

kpi_targets as (
    select * from {{ ref('kpi_targets') }}
),

kpi_months as (
    select
        cs_ops_kpis.*,
        months.month_start_date,
        months.state_date,
        months.is_month_complete,
        case
            when cs_ops_kpis.period = 'quarter' then months.quarter_end_date
            else months.state_date
        end as period_end_date,
        {{ month_number('months.month_start_date') }} as month_number
    from cs_ops_kpis
    cross join months
),

targets as (
    select
        kpi_months.kpi_id,
        kpi_months.month_start_date,
        kpi_targets.comparison,
        kpi_targets.target,
        row_number() over (
            partition by kpi_months.kpi_id, kpi_months.month_start_date
            order by kpi_targets.valid_from desc
        ) as newness
    from kpi_months
    inner join kpi_targets
        on
            kpi_months.kpi_id = kpi_targets.kpi_id
            and kpi_months.state_date >= kpi_targets.valid_from
)

select
    kpi_months.*,
    targets.comparison,
    targets.target
from kpi_months
left join targets
    on
        kpi_months.kpi_id = targets.kpi_id
        and kpi_months.month_start_date = targets.month_start_date
        and targets.newness = 1
