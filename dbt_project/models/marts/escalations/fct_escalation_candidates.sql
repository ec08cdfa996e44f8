with

escalation_measures as (
    select * from {{ ref('int_escalation_measures') }}
),

escalation_criteria as (
    select * from {{ ref('escalation_criteria') }}
),

escalations as (
    select * from {{ ref('fct_escalations') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

csms as (
    select * from {{ ref('dim_csms') }}
),

scores as (
    select
        account_id,
        measure_value as score
    from escalation_measures
    where measure_id = 'score'
),

open_escalations as (
    select
        account_id,
        count(*) as open_escalations
    from escalations
    where is_open
    group by account_id
),

met as (
    select
        escalation_measures.account_id,
        escalation_criteria.criterion_id,
        escalation_criteria.criterion_name,
        escalation_criteria.suggested_tier_id,
        escalation_criteria.sentence,
        escalation_criteria.unit,
        escalation_criteria.threshold,
        escalation_criteria.score_below,
        escalation_measures.measure_value,
        scores.score
    from escalation_measures
    inner join escalation_criteria
        on escalation_measures.measure_id = escalation_criteria.measure_id
    left join scores
        on escalation_measures.account_id = scores.account_id
    where
        case escalation_criteria.comparison
            when 'below' then escalation_measures.measure_value < escalation_criteria.threshold
            else escalation_measures.measure_value >= escalation_criteria.threshold
        end
        and (
            escalation_criteria.score_below is null
            or scores.score < escalation_criteria.score_below
        )
)

select
    cast(met.account_id as {{ dbt.type_string() }}) as account_id,
    met.criterion_id,
    met.criterion_name,
    met.suggested_tier_id,
    accounts.csm_user_id,
    -- The person who decides: the CSM's manager, else the CSM, else the account's owner.
    coalesce(csms.manager_user_id, accounts.csm_user_id, accounts.owner_user_id) as alert_user_id,
    accounts.segment,
    accounts.region,
    {{ filled('met.sentence', {
        'value': number_text('met.measure_value', 'met.unit'),
        'threshold': number_text('met.threshold', 'met.unit'),
        'score_below': number_text('met.score_below', "'score'"),
        'score': number_text('met.score', "'score'"),
    }) }} as evidence,
    cast(met.measure_value as decimal(18, 4)) as measure_value,
    cast(met.threshold as decimal(12, 4)) as threshold,
    cast(met.score as decimal(7, 2)) as score,
    cast(accounts.arr as decimal(18, 2)) as arr,
    open_escalations.account_id is not null as is_already_escalated,
    {{ as_of_day() }} as date_day
from met
inner join accounts
    on met.account_id = accounts.account_id
left join csms
    on accounts.csm_user_id = csms.csm_user_id
left join open_escalations
    on met.account_id = open_escalations.account_id
