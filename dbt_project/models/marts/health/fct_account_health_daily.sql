{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}
{%- set change_days = [7, 30, 90] -%}

with

input_grades as (
    select * from {{ ref('int_health_input_grades_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

quantities_daily as (
    select * from {{ ref('int_health_quantities_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

overrides as (
    select * from {{ ref('int_health_overrides') }}
),

health_bands as (
    select * from {{ ref('health_bands') }}
),

churn_risk_daily as (
    select * from {{ ref('int_churn_risk_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

raw_scores as (
    select
        account_id,
        date_day,
        max(model_version) as model_version,
        max(coverage) as coverage,
        max(raw_score) as raw_score
    from input_grades
    group by account_id, date_day
),

-- An override moves the score to the nearest one that its band allows; no data, no score.
effective_scores as (
    select
        quantities_daily.account_id,
        quantities_daily.segment,
        quantities_daily.lifecycle_stage,
        quantities_daily.csm_user_id,
        raw_scores.model_version,
        raw_scores.coverage,
        raw_scores.raw_score,
        case
            when
                overrides.account_id is null or raw_scores.raw_score is null
                then raw_scores.raw_score
            else
                least(
                    greatest(raw_scores.raw_score, overrides.lowest_score), overrides.highest_score
                )
        end as score,
        overrides.override_band,
        overrides.author_user_id as override_author_user_id,
        overrides.reason as override_reason,
        overrides.lowest_score as override_lowest_score,
        overrides.highest_score as override_highest_score,
        overrides.account_id is not null as is_overridden,
        overrides.valid_to as override_end_date,
        overrides.set_at as override_set_at,
        overrides.expires_at as override_expires_at,
        quantities_daily.date_day
    from quantities_daily
    left join raw_scores
        on
            quantities_daily.account_id = raw_scores.account_id
            and quantities_daily.date_day = raw_scores.date_day
    left join overrides
        on
            quantities_daily.account_id = overrides.account_id
            and quantities_daily.date_day >= overrides.valid_from
            and quantities_daily.date_day < overrides.valid_to
),

scores_so_far as (
    select
        account_id,
        score,
        date_day
    from effective_scores
    {%- if first_day %}
    union all
    select
        account_id,
        score,
        date_day
    from {{ this }}
    where
        date_day < {{ day_literal(first_day) }}
        and date_day >= {{ add_days(day_literal(first_day), -(change_days | max)) }}
    {%- endif %}
)

select
    cast(scores.account_id as {{ dbt.type_string() }}) as account_id,
    cast(scores.segment as {{ dbt.type_string() }}) as segment,
    cast(scores.lifecycle_stage as {{ dbt.type_string() }}) as lifecycle_stage,
    cast(scores.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    case when scores.raw_score is null then 'insufficient_data' else 'scored' end as status,
    cast(bands.band as {{ dbt.type_string() }}) as band,
    cast(bands.outlook as {{ dbt.type_string() }}) as outlook,
    cast(raw_bands.band as {{ dbt.type_string() }}) as raw_band,
    cast(scores.override_band as {{ dbt.type_string() }}) as override_band,
    cast(scores.override_author_user_id as {{ dbt.type_string() }}) as override_author_user_id,
    cast(scores.override_reason as {{ dbt.type_string() }}) as override_reason,
    cast(scores.model_version as {{ dbt.type_string() }}) as model_version,
    case
        when scores.raw_score is null then 'insufficient_data'
        when churn_risk_daily.churn_risk is null then 'no_accepted_model'
        else 'estimated'
    end as churn_risk_status,
    cast(churn_risk_daily.risk_band as {{ dbt.type_string() }}) as churn_risk_band,
    cast(churn_risk_daily.model_id as {{ dbt.type_string() }}) as churn_risk_model_id,
    cast(scores.score as decimal(7, 2)) as score,
    cast(scores.raw_score as decimal(7, 2)) as raw_score,
    cast(coalesce(scores.coverage, 0) as decimal(6, 4)) as coverage,
    {%- for days in change_days %}
    cast(scores.score - before_{{ days }}.score as decimal(7, 2)) as score_change_{{ days }}d,
    {%- endfor %}
    cast(churn_risk_daily.churn_risk as decimal(9, 6)) as churn_risk,
    scores.is_overridden,
    scores.date_day,
    scores.override_end_date,
    scores.override_set_at,
    scores.override_expires_at
from effective_scores as scores
left join health_bands as bands
    on
        coalesce(scores.score, scores.override_lowest_score) >= bands.lower_score
        and coalesce(coalesce(scores.score, scores.override_lowest_score) < bands.upper_score, true)
left join health_bands as raw_bands
    on
        scores.raw_score >= raw_bands.lower_score
        and coalesce(scores.raw_score < raw_bands.upper_score, true)
left join churn_risk_daily
    on
        scores.account_id = churn_risk_daily.account_id
        and scores.date_day = churn_risk_daily.date_day
{%- for days in change_days %}
left join scores_so_far as before_{{ days }}
    on
        scores.account_id = before_{{ days }}.account_id
        and {{ add_days('scores.date_day', -days) }} = before_{{ days }}.date_day
{%- endfor %}
