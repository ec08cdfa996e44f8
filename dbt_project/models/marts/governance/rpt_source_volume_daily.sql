with

source_days as (
    select * from {{ ref('int_source_days') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

governance_settings as (
    select * from {{ ref('governance_settings') }}
),

settings as (
    select
        {{ chosen_settings(['volume_days', 'volume_low_share', 'volume_min_usual_rows']) }},
        cast(max(
            case when setting_id = 'volume_usual_weeks' then setting_value end
        ) as {{ dbt.type_int() }}) as usual_weeks
    from governance_settings
),

sources as (
    select
        contract_table,
        source_system,
        min(date_day) as first_date
    from source_days
    group by contract_table, source_system
),

-- Every day of a source since its first record, those without any too.
told_days as (
    select
        sources.contract_table,
        sources.source_system,
        sources.first_date,
        dates.date_day,
        coalesce(source_days.record_count, 0) as record_count
    from sources
    cross join settings
    inner join dates
        on
            sources.first_date <= dates.date_day
            and dates.date_day <= {{ as_of_day() }}
            and dates.date_day > {{ add_days(as_of_day(), '-settings.volume_days') }}
    left join source_days
        on
            sources.contract_table = source_days.contract_table
            and sources.source_system = source_days.source_system
            and dates.date_day = source_days.date_day
),

same_weekdays as (
    select
        told_days.contract_table,
        told_days.source_system,
        told_days.date_day,
        sum(source_days.record_count) as usual_record_count
    from told_days
    cross join settings
    inner join source_days
        on
            told_days.contract_table = source_days.contract_table
            and told_days.source_system = source_days.source_system
            and told_days.date_day > source_days.date_day
            and {{ add_days('told_days.date_day', '-7 * settings.usual_weeks') }}
            <= source_days.date_day
            and mod({{ dbt.datediff('source_days.date_day', 'told_days.date_day', 'day') }}, 7) = 0
    group by told_days.contract_table, told_days.source_system, told_days.date_day
),

-- Unknown until the source is as old as the weeks that say what is usual.
with_usual as (
    select
        told_days.*,
        settings.volume_low_share,
        settings.volume_min_usual_rows,
        case
            when
                {{ add_days('told_days.date_day', '-7 * settings.usual_weeks') }}
                >= told_days.first_date
                then cast(
                    coalesce(same_weekdays.usual_record_count, 0)
                    / cast(settings.usual_weeks as decimal(9, 2)) as decimal(18, 2)
                )
        end as usual_rows
    from told_days
    cross join settings
    left join same_weekdays
        on
            told_days.contract_table = same_weekdays.contract_table
            and told_days.source_system = same_weekdays.source_system
            and told_days.date_day = same_weekdays.date_day
)

select
    cast(source_system as {{ dbt.type_string() }}) as source_system,
    cast(contract_table as {{ dbt.type_string() }}) as contract_table,
    cast(record_count as {{ dbt.type_bigint() }}) as record_count,
    usual_rows,
    coalesce(
        usual_rows >= volume_min_usual_rows and record_count < volume_low_share * usual_rows,
        false
    ) as is_low,
    cast(date_day as date) as date_day
from with_usual
