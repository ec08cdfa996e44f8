with

cs_surveys as (
    select * from {{ ref('cs_surveys') }}
),

crm_contacts as (
    select * from {{ ref('crm_contacts') }}
),

cs_scorecards as (
    select * from {{ ref('cs_scorecards') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings([
        'nps_window_days', 'nps_promoter_score', 'nps_detractor_score', 'csm_sentiment_window_days',
    ]) }}
    from health_settings
),

nps_answers as (
    select
        cs_surveys.account_id,
        cs_surveys.score,
        coalesce(crm_contacts.is_executive_sponsor, false) as is_executive_sponsor,
        cast(cs_surveys.responded_at as date) as responded_date,
        cast(lead(cs_surveys.responded_at) over (
            partition by
                cs_surveys.account_id, coalesce(cs_surveys.contact_id, cs_surveys.response_id)
            order by cs_surveys.responded_at asc, cs_surveys.response_id asc
        ) as date) as next_date
    from cs_surveys
    left join crm_contacts
        on cs_surveys.contact_id = crm_contacts.contact_id
    where
        lower(cs_surveys.survey_type) = 'nps'
        and cs_surveys.responded_at is not null
        and cs_surveys.score is not null
),

-- A contact's answer counts until the next one, or until its window has passed.
answers as (
    select
        nps_answers.account_id,
        nps_answers.is_executive_sponsor,
        case
            when nps_answers.score >= settings.nps_promoter_score then 1
            when nps_answers.score <= settings.nps_detractor_score then -1
            else 0
        end as balance,
        nps_answers.responded_date as valid_from,
        least(
            {{ add_days('nps_answers.responded_date', 'settings.nps_window_days') }},
            coalesce(
                nps_answers.next_date,
                {{ add_days('nps_answers.responded_date', 'settings.nps_window_days') }}
            )
        ) as valid_to
    from nps_answers
    cross join settings
),

csm_scores as (
    select
        account_id,
        score,
        cast(scored_at as date) as scored_date,
        cast(lead(scored_at) over (
            partition by account_id order by scored_at asc, measure_name asc
        ) as date) as next_date
    from cs_scorecards
    where
        lower(measure_name) like '%sentiment%'
        and score is not null
),

sentiments as (
    select
        csm_scores.account_id,
        csm_scores.score,
        csm_scores.scored_date as valid_from,
        least(
            {{ add_days('csm_scores.scored_date', 'settings.csm_sentiment_window_days') }},
            coalesce(
                csm_scores.next_date,
                {{ add_days('csm_scores.scored_date', 'settings.csm_sentiment_window_days') }}
            )
        ) as valid_to
    from csm_scores
    cross join settings
),

sentiment_facts as (
    {%- for quantity, amount, condition in [
        ('nps_answers', '1', 'true'),
        ('nps_balance', 'balance', 'balance <> 0'),
        ('sponsor_answers', '1', 'is_executive_sponsor'),
        ('sponsor_detractors', '1', 'is_executive_sponsor and balance < 0'),
    ] %}
    select
        '{{ quantity }}' as quantity_id,
        account_id,
        cast({{ amount }} as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from answers
    where {{ condition }}
    union all
    {%- endfor %}
    {%- for quantity, amount in [('sentiment_scores', '1'), ('sentiment_sum', 'score')] %}
    select
        '{{ quantity }}' as quantity_id,
        account_id,
        cast({{ amount }} as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from sentiments
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from sentiment_facts
where valid_from < valid_to
