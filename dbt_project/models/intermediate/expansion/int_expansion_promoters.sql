with

cs_surveys as (
    select * from {{ ref('cs_surveys') }}
),

crm_contacts as (
    select * from {{ ref('crm_contacts') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

labels as (
    select * from {{ ref('expansion_labels') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

nps as (
    select {{ chosen_settings(['nps_promoter_score']) }} from health_settings
),

settings as (
    select {{ chosen_settings(['promoter_window_days']) }} from expansion_settings
),

-- A contact's answer counts until the next one.
answers as (
    select
        account_id,
        contact_id,
        response_id,
        score,
        cast(responded_at as date) as answered_date,
        cast(lead(responded_at) over (
            partition by contact_id order by responded_at asc, response_id asc
        ) as date) as next_date
    from cs_surveys
    where
        lower(survey_type) = 'nps'
        and contact_id is not null
        and responded_at is not null
        and score is not null
),

-- Who has left, or was deleted, is gone from the day of that change.
budget_contacts as (
    select
        crm_contacts.contact_id,
        {{ label_key('crm_contacts.role') }} as role_label,
        case
            when
                coalesce(crm_contacts.is_deleted, false)
                or not coalesce(crm_contacts.is_active, true)
                then cast(crm_contacts.updated_at as date)
        end as departed_date
    from crm_contacts
    inner join labels
        on {{ label_key('crm_contacts.role') }} = labels.label
    where labels.label_type = 'budget_role'
),

promoters as (
    select
        answers.account_id as member_account_id,
        answers.response_id,
        replace(budget_contacts.role_label, '_', ' ') as role_name,
        answers.score,
        answers.answered_date,
        least(
            {{ add_days('answers.answered_date', 'settings.promoter_window_days') }},
            coalesce(answers.next_date, cast('9999-12-31' as date)),
            coalesce(budget_contacts.departed_date, cast('9999-12-31' as date))
        ) as end_date
    from answers
    cross join nps
    cross join settings
    inner join budget_contacts
        on answers.contact_id = budget_contacts.contact_id
    where answers.score >= nps.nps_promoter_score
),

account_promoters as (
    select
        members.account_id,
        promoters.response_id,
        promoters.role_name,
        promoters.score,
        promoters.answered_date,
        greatest(promoters.answered_date, members.valid_from) as valid_from,
        least(promoters.end_date, coalesce(members.valid_to, promoters.end_date)) as valid_to
    from promoters
    inner join members
        on promoters.member_account_id = members.member_account_id
)

select * from account_promoters
where valid_from < valid_to
