with

versions as (
    select * from {{ ref('metric_versions') }}
)

select
    metric_name,
    fingerprint,
    approver,
    reason,
    cast(version as {{ dbt.type_int() }}) as version,
    version = max(version) over (partition by metric_name) as is_in_force,
    valid_from as effective_date,
    approved_on as approved_date,
    lead(valid_from) over (partition by metric_name order by version asc) as superseded_date
from versions
where valid_from <= {{ as_of_day() }}
