{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}

with

scores as (
    select * from {{ ref('fct_account_health_daily') }}
    where
        score is not null
        and {{ is_new_day(first_day, last_day) }}
),

earlier_scores as (
    select * from {{ ref('fct_account_health_daily') }}
    where
        score is not null
        {%- if first_day %}
        and {{ is_compared_with('date_day', first_day, last_day) }}
        {%- else %}
        and date_day < {{ day_literal(last_day) }}
        {%- endif %}
),

health_comparisons as (
    select * from {{ ref('health_comparisons') }}
),

pairs as (
    select
        scores.account_id,
        health_comparisons.comparison_days,
        health_comparisons.period,
        scores.score,
        scores.raw_score,
        scores.model_version,
        scores.override_band,
        scores.override_author_user_id,
        scores.override_reason,
        scores.date_day,
        {{ add_days('scores.date_day', '-health_comparisons.comparison_days') }} as previous_day
    from scores
    cross join health_comparisons
),

score_changes as (
    select
        pairs.*,
        earlier_scores.score as previous_score,
        earlier_scores.override_band as previous_override_band,
        pairs.score - earlier_scores.score as score_change,
        (pairs.score - pairs.raw_score) - (earlier_scores.score - earlier_scores.raw_score)
            as override_change,
        pairs.model_version <> earlier_scores.model_version as is_new_model
    from pairs
    inner join earlier_scores
        on
            pairs.account_id = earlier_scores.account_id
            and pairs.previous_day = earlier_scores.date_day
)

select * from score_changes
where score_change <> 0
