with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

source_moments as (
    select * from {{ ref('int_source_moments_monthly') }}
),

freshness_policy as (
    select * from {{ ref('source_freshness_policy') }}
),

-- The newest event of each source that the month's end knew, in whichever table it came.
ranked as (
    select
        months.month_start_date,
        months.state_date,
        months.next_date,
        source_moments.source_system,
        source_moments.contract_table,
        source_moments.newest_at,
        row_number() over (
            partition by months.month_start_date, source_moments.source_system
            order by source_moments.newest_at desc, source_moments.contract_table asc
        ) as newness
    from months
    inner join source_moments
        on months.month_start_date >= source_moments.month_start_date
),

newest as (
    select
        ranked.*,
        coalesce(own_policy.max_age_hours, other_policy.max_age_hours) as max_age_hours,
        coalesce(own_policy.is_daily, other_policy.is_daily) as is_daily,
        cast(
            {{ ratio(
                dbt.datediff(
                    'ranked.newest_at',
                    'cast(ranked.next_date as ' ~ dbt.type_timestamp() ~ ')',
                    'second'
                ),
                3600
            ) }} as decimal(18, 4)
        ) as freshness_hours
    from ranked
    left join freshness_policy as own_policy
        on ranked.source_system = own_policy.source_system
    left join freshness_policy as other_policy
        on other_policy.source_system = '*'
    where ranked.newness = 1
)

select
    cast(source_system as {{ dbt.type_string() }}) as source_system,
    cast(contract_table as {{ dbt.type_string() }}) as newest_contract_table,
    freshness_hours,
    max_age_hours,
    is_daily,
    freshness_hours < max_age_hours as is_fresh,
    state_date,
    month_start_date,
    newest_at
from newest
