with

source_days as (
    select * from {{ ref('int_source_days') }}
),

freshness_policy as (
    select * from {{ ref('freshness_policy') }}
    where valid_from <= {{ as_of_day() }}
),

sources as (
    select
        contract_table,
        source_system,
        sum(record_count) as record_count,
        min(date_day) as first_date,
        max(newest_at) as newest_at
    from source_days
    group by contract_table, source_system
),

judged as (
    select
        sources.*,
        freshness_policy.target_hours,
        {{ dbt.datediff('sources.newest_at', as_of_end(), 'hour') }}
            as freshness_hours
    from sources
    left join freshness_policy
        on sources.contract_table = freshness_policy.contract_table
)

select
    cast(source_system as {{ dbt.type_string() }}) as source_system,
    cast(contract_table as {{ dbt.type_string() }}) as contract_table,
    cast(record_count as {{ dbt.type_bigint() }}) as record_count,
    cast(freshness_hours as {{ dbt.type_int() }}) as freshness_hours,
    cast(target_hours as {{ dbt.type_int() }}) as target_hours,
    case when target_hours is not null then freshness_hours > target_hours end as is_stale,
    cast(first_date as date) as first_date,
    cast(newest_at as {{ dbt.type_timestamp() }}) as newest_at
from judged
