with

scorecards as (
    select * from {{ ref('cs_scorecards') }}
),

health_bands as (
    select * from {{ ref('health_bands') }}
),

settings as (
    {{ renewal_settings_row(['csm_call_days']) }}
),

day_scores as (
    select
        account_id,
        score,
        cast(scored_at as date) as scored_date,
        row_number() over (
            partition by account_id, cast(scored_at as date)
            order by scored_at desc, measure_name asc
        ) as last_number
    from scorecards
    where lower(measure_name) like '%sentiment%' and score is not null
),

calls as (
    select
        day_scores.account_id,
        health_bands.band as csm_call,
        day_scores.scored_date as valid_from,
        lead(day_scores.scored_date) over (
            partition by day_scores.account_id order by day_scores.scored_date asc
        ) as next_date
    from day_scores
    left join health_bands
        on
            day_scores.score >= health_bands.lower_score
            and coalesce(day_scores.score < health_bands.upper_score, true)
    where day_scores.last_number = 1
)

select
    calls.account_id,
    calls.csm_call,
    calls.valid_from,
    least(
        {{ add_days('calls.valid_from', 'settings.csm_call_days') }},
        coalesce(calls.next_date, cast('9999-12-31' as date))
    ) as valid_to
from calls
cross join settings
