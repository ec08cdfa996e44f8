with

metrics as (
    {{ metric_rows() if execute else 'select 1 as metric_name' }}
),

metric_register as (
    select * from {{ ref('metric_register') }}
),

versions as (
    select * from {{ ref('metric_versions') }}
),

targets as (
    select * from {{ ref('int_metric_targets') }}
),

ownership as (
    select * from {{ ref('ownership_in_force') }}
),

register as (
    select
        metric_register.*,
        case when reviewed_on <= {{ as_of_day() }} then reviewed_on end as reviewed_date,
        {{ review_due('reviewed_on', 'valid_from', 'review_interval_months') }} as next_review_date
    from metric_register
),

-- `nrr_v1` is the definition of nrr that version 2 took the place of.
superseded as (
    select
        metrics.metric_name,
        versions.metric_name as current_name,
        versions.version
    from metrics
    inner join versions
        on
            metrics.metric_name
            = versions.metric_name || '_v' || cast(versions.version as {{ dbt.type_string() }})
),

named as (
    select
        metrics.*,
        coalesce(superseded.current_name, metrics.metric_name) as subject,
        superseded.version as superseded_version,
        superseded.metric_name is not null as is_superseded
    from metrics
    left join superseded
        on metrics.metric_name = superseded.metric_name
),

ranked_versions as (
    select
        versions.*,
        row_number() over (partition by metric_name order by version desc) as newest_number
    from versions
    where valid_from <= {{ as_of_day() }}
),

ranked_targets as (
    select
        targets.*,
        row_number() over (
            partition by metric_name
            order by case when slice_type = 'company' then 0 else 1 end asc, valid_from desc
        ) as target_number
    from targets
    where valid_from <= {{ as_of_day() }} and slice_type in ('company', '*')
)

select
    named.metric_name,
    named.label,
    named.description,
    named.formula,
    named.metric_type,
    register.unit,
    named.domain,
    named.time_columns,
    named.slice_types,
    named.group_by_names,
    named.source_marts,
    named.source_contract_tables,
    named.source_raw_tables,
    named.used_by,
    named.declared_in,
    coalesce(own.owner_team, domain_own.owner_team) as owner_team,
    coalesce(own.steward_team, domain_own.steward_team) as steward_team,
    register.caveat,
    ranked_targets.direction,
    ranked_targets.benchmark_source,
    case when register.reviewed_date is not null then register.reviewed_by end as reviewed_by,
    version.fingerprint,
    version.approver as version_approver,
    version.reason as version_reason,
    cast(coalesce(named.superseded_version, version.version) as {{ dbt.type_int() }}) as version,
    ranked_targets.target,
    ranked_targets.benchmark,
    coalesce(register.is_headline, false) and not named.is_superseded as is_headline,
    named.is_superseded,
    register.next_review_date < {{ as_of_day() }} as is_review_overdue,
    register.valid_from as since_date,
    version.valid_from as version_from_date,
    register.reviewed_date,
    register.next_review_date
from named
left join register
    on named.subject = register.metric_name
left join ranked_versions as version
    on named.subject = version.metric_name and version.newest_number = 1
left join ranked_targets
    on named.subject = ranked_targets.metric_name and ranked_targets.target_number = 1
left join ownership as own
    on own.kind = 'metric' and own.scope = named.domain and own.name = named.subject
left join ownership as domain_own
    on domain_own.kind = 'metric' and domain_own.scope = named.domain and domain_own.name = '*'
