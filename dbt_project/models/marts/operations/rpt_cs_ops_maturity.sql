with

maturity_stages as (
    select * from {{ ref('maturity_stages') }}
    where valid_from <= {{ as_of_day() }}
),

maturity_markers as (
    select * from {{ ref('maturity_markers') }}
    where valid_from <= {{ as_of_day() }}
),

kpis as (
    select * from {{ ref('rpt_cs_ops_kpis_monthly') }}
    where month_start_date = cast({{ dbt.date_trunc('month', as_of_day()) }} as date)
),

-- A stage that asks for nothing has one row, and is reached.
markers as (
    select
        maturity_stages.stage_id,
        maturity_stages.stage_name,
        maturity_stages.stage_rank,
        maturity_markers.marker_id,
        maturity_markers.marker_name,
        maturity_markers.kpi_id,
        maturity_markers.comparison,
        maturity_markers.threshold,
        kpis.kpi_value,
        case
            when maturity_markers.marker_id is null then 'met'
            when kpis.kpi_value is null then 'unknown'
            when {{ stands_to(
                'kpis.kpi_value', 'maturity_markers.comparison', 'maturity_markers.threshold'
            ) }}
                then 'met'
            else 'missed'
        end as status
    from maturity_stages
    left join maturity_markers
        on maturity_stages.stage_id = maturity_markers.stage_id
    left join kpis
        on maturity_markers.kpi_id = kpis.kpi_id
),

stages as (
    select
        stage_rank,
        min(case when status = 'met' then 1 else 0 end) as is_met
    from markers
    group by stage_rank
),

-- The first stage with a marker that isn't met; all below it are supported, none above it.
limits as (
    select min(case when is_met = 0 then stage_rank end) as next_rank
    from stages
),

supported as (
    select
        limits.next_rank,
        max(stages.stage_rank) as supported_rank
    from limits
    left join stages
        on coalesce(limits.next_rank > stages.stage_rank, true)
    group by limits.next_rank
)

select
    cast(markers.stage_id as {{ dbt.type_string() }}) as stage_id,
    cast(markers.stage_name as {{ dbt.type_string() }}) as stage_name,
    cast(coalesce(markers.marker_id, '(none)') as {{ dbt.type_string() }}) as marker_id,
    cast(markers.marker_name as {{ dbt.type_string() }}) as marker_name,
    cast(markers.kpi_id as {{ dbt.type_string() }}) as kpi_id,
    cast(markers.comparison as {{ dbt.type_string() }}) as comparison,
    markers.status,
    cast(markers.stage_rank as {{ dbt.type_int() }}) as stage_rank,
    markers.kpi_value,
    cast(markers.threshold as decimal(18, 6)) as threshold,
    coalesce(markers.stage_rank <= supported.supported_rank, false) as is_stage_supported,
    coalesce(markers.stage_rank = supported.supported_rank, false) as is_supported_stage,
    coalesce(markers.stage_rank = supported.next_rank, false)
    and markers.status <> 'met' as is_missing_for_next,
    {{ as_of_day() }} as as_of_date
from markers
cross join supported
