with

health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

health_inputs_daily as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
),

cs_qbrs as (
    select * from {{ ref('cs_qbrs') }}
),

crm_activities as (
    select * from {{ ref('crm_activities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

ticket_spikes as (
    select * from {{ ref('fct_ticket_spikes') }}
),

escalation_settings as (
    select * from {{ ref('escalation_settings') }}
),

settings as (
    select {{ chosen_settings(['missed_meeting_days', 'missed_review_grace_days']) }}
    from escalation_settings
),

accounts as (
    select
        account_id,
        score
    from health_daily
    where date_day = {{ as_of_day() }}
),

missed as (
    select
        cs_qbrs.account_id,
        {{ add_days('cs_qbrs.due_date', 'settings.missed_review_grace_days') }} as missed_date
    from cs_qbrs
    cross join settings
    where cs_qbrs.held_at is null
    union all
    select
        account_id,
        cast(occurred_at as date) as missed_date
    from crm_activities
    where
        {{ label_key('outcome') }} in ('no_show', 'did_not_attend', 'customer_cancelled')
        and not coalesce(is_deleted, false)
),

missed_meetings as (
    select
        account_survivors.surviving_account_id as account_id,
        count(*) as missed_meetings
    from missed
    cross join settings
    inner join account_survivors
        on missed.account_id = account_survivors.account_id
    where
        missed.missed_date < {{ as_of_day() }}
        and missed.missed_date >= {{ add_days(as_of_day(), '-settings.missed_meeting_days') }}
    group by account_survivors.surviving_account_id
),

running_spikes as (
    select
        account_id,
        count(*) as running_spikes
    from ticket_spikes
    where is_running
    group by account_id
),

escalation_measures as (
    select
        account_id,
        'score' as measure_id,
        cast(score as decimal(18, 4)) as measure_value
    from accounts
    where score is not null
    union all
    select
        accounts.account_id,
        inputs.measure_id,
        inputs.measure_value
    from accounts
    inner join health_inputs_daily as inputs
        on
            accounts.account_id = inputs.account_id
            and inputs.date_day = {{ as_of_day() }}
            and inputs.measure_id <> 'all'
            and inputs.measure_value is not null
    union all
    select
        accounts.account_id,
        'missed_meetings' as measure_id,
        cast(missed_meetings.missed_meetings as decimal(18, 4)) as measure_value
    from accounts
    inner join missed_meetings
        on accounts.account_id = missed_meetings.account_id
    union all
    select
        accounts.account_id,
        'ticket_spike' as measure_id,
        cast(running_spikes.running_spikes as decimal(18, 4)) as measure_value
    from accounts
    inner join running_spikes
        on accounts.account_id = running_spikes.account_id
)

select * from escalation_measures
