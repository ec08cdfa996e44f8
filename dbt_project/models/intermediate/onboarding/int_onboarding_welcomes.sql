with

crm_activities as (
    select * from {{ ref('crm_activities') }}
),

cs_programme_touches as (
    select * from {{ ref('cs_programme_touches') }}
),

onboarding_programmes as (
    select * from {{ ref('onboarding_programmes') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- A meeting, a training or an answered call that took place, or a message of a welcome programme.
contacts as (
    select
        account_id,
        cast(coalesce(completed_at, occurred_at) as date) as contact_date
    from crm_activities
    where
        not coalesce(is_deleted, false)
        and coalesce(is_customer_facing, true)
        and (
            completed_at is not null
            or status is null
            or lower(status) in ('completed', 'held', 'done', 'closed')
        )
        and (
            lower(activity_type) in ('meeting', 'training', 'onsite')
            or (
                lower(activity_type) = 'call'
                and lower(coalesce(outcome, 'connected')) = 'connected'
            )
        )
    union all
    select
        cs_programme_touches.account_id,
        cast(cs_programme_touches.sent_at as date) as contact_date
    from cs_programme_touches
    inner join onboarding_programmes
        on
            {{ label_key('cs_programme_touches.programme') }}
            = onboarding_programmes.programme_label
),

onboarding_welcomes as (
    select
        account_survivors.surviving_account_id as account_id,
        contacts.contact_date
    from contacts
    inner join account_survivors
        on contacts.account_id = account_survivors.account_id
    where contacts.contact_date <= {{ as_of_day() }}
    group by account_survivors.surviving_account_id, contacts.contact_date
)

select * from onboarding_welcomes
