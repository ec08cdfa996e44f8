with

lead_times as (
    select * from {{ ref('int_health_lead_times') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['confidence_z']) }}
    from health_settings
),

ordered as (
    select
        lead_times.lead_time_days,
        row_number() over (
            order by
                lead_times.lead_time_days asc,
                lead_times.account_id asc,
                lead_times.outcome_date asc
        ) as place,
        count(*) over () as cases,
        settings.confidence_z
    from lead_times
    cross join settings
),

-- The interval of a median lies between two places in the order, whatever the distribution.
places as (
    select
        ordered.*,
        greatest(floor(0.5 * (cases - confidence_z * sqrt(cases))), 1) as lower_place,
        least(ceil(0.5 * (cases + confidence_z * sqrt(cases))) + 1, cases) as upper_place
    from ordered
)

select
    max(cases) as cases,
    cast(
        avg(case when 2 * place in (cases, cases + 1, cases + 2) then lead_time_days end)
        as decimal(12, 6)
    ) as median_days,
    max(case when place <= lower_place then lead_time_days end) as lower_95,
    min(case when place >= upper_place then lead_time_days end) as upper_95
from places
having count(*) > 0
