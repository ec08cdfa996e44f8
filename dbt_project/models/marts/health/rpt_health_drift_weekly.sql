with

stability as (
    select * from {{ ref('int_health_stability_weekly') }}
),

drift_causes as (
    select * from {{ ref('int_health_drift_causes') }}
),

health_drift_levels as (
    select * from {{ ref('health_drift_levels') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select
        max(case when setting_id = 'drift_min_accounts' then setting_value end) as min_accounts,
        max(case when setting_id = 'drift_reference_min_weeks' then setting_value end) as min_weeks
    from health_settings
),

-- Too few accounts or weeks behind a figure: no figure.
compared as (
    select
        stability.*,
        case
            when
                stability.reference_weeks >= settings.min_weeks
                and stability.account_count - stability.missing_count >= settings.min_accounts
                then stability.psi
        end as shown_psi,
        case
            when
                stability.reference_weeks >= settings.min_weeks
                and stability.account_count >= settings.min_accounts
                then cast(
                    {{ ratio('stability.missing_count', 'stability.account_count') }}
                    - {{ ratio(
                        'stability.reference_missing_count', 'stability.reference_account_count'
                    ) }} as decimal(9, 6)
                )
        end as missing_change
    from stability
    cross join settings
),

level_ranks as (
    select
        compared.slice_type,
        compared.slice,
        compared.subject_id,
        compared.week_end_date,
        max(levels.level_rank) as level_rank
    from compared
    inner join health_drift_levels as levels
        on
            coalesce(compared.shown_psi >= levels.lowest_psi, false)
            or coalesce(abs(compared.missing_change) >= levels.lowest_missing_change, false)
    group by
        compared.slice_type, compared.slice, compared.subject_id, compared.week_end_date
)

select
    cast(compared.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(compared.slice as {{ dbt.type_string() }}) as slice,
    cast(compared.subject_id as {{ dbt.type_string() }}) as subject_id,
    cast(levels.level as {{ dbt.type_string() }}) as drift_level,
    cast(drift_causes.cause as {{ dbt.type_string() }}) as cause,
    compared.account_count,
    compared.missing_count,
    compared.reference_weeks,
    compared.reference_account_count,
    compared.reference_missing_count,
    cast(compared.shown_psi as decimal(12, 6)) as psi,
    cast({{ ratio('compared.missing_count', 'compared.account_count') }} as decimal(9, 6))
        as missing_rate,
    cast(
        {{ ratio('compared.reference_missing_count', 'compared.reference_account_count') }}
        as decimal(9, 6)
    ) as reference_missing_rate,
    coalesce(levels.is_alarm, false) as is_shifted,
    coalesce(levels.is_alarm, false) and drift_causes.cause is null as is_unexplained,
    compared.week_end_date
from compared
left join level_ranks
    on
        compared.slice_type = level_ranks.slice_type
        and compared.slice = level_ranks.slice
        and compared.subject_id = level_ranks.subject_id
        and compared.week_end_date = level_ranks.week_end_date
left join health_drift_levels as levels
    on level_ranks.level_rank = levels.level_rank
left join drift_causes
    on
        compared.week_end_date = drift_causes.week_end_date
        and compared.subject_id = drift_causes.subject_id
