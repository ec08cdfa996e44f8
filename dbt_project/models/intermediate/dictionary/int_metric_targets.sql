with

metric_targets as (
    select * from {{ ref('metric_targets') }}
),

kpi_targets as (
    select * from {{ ref('kpi_targets') }}
),

kpis as (
    select * from {{ ref('cs_ops_kpis') }}
),

-- The scorecard's targets count for its metrics wherever they are shown.
all_targets as (
    select
        metric_name,
        slice_type,
        slice_value,
        direction,
        case when direction = 'higher' then 'at_least' else 'at_most' end as comparison,
        cast(target as decimal(28, 10)) as target,
        cast(benchmark as decimal(28, 10)) as benchmark,
        benchmark_source,
        valid_from
    from metric_targets
    union all
    select
        kpi_targets.kpi_id as metric_name,
        '*' as slice_type,
        '*' as slice_value,
        kpis.direction,
        kpi_targets.comparison,
        cast(kpi_targets.target as decimal(28, 10)) as target,
        cast(kpis.benchmark as decimal(28, 10)) as benchmark,
        kpis.benchmark_source,
        kpi_targets.valid_from
    from kpi_targets
    inner join kpis
        on kpi_targets.kpi_id = kpis.kpi_id
)

select * from all_targets
