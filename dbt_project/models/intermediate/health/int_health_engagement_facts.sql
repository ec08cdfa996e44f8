with

crm_activities as (
    select * from {{ ref('crm_activities') }}
),

crm_contacts as (
    select * from {{ ref('crm_contacts') }}
),

cs_programme_touches as (
    select * from {{ ref('cs_programme_touches') }}
),

cs_qbrs as (
    select * from {{ ref('cs_qbrs') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings([
        'engagement_window_days', 'executive_window_days', 'departure_window_days',
        'qbr_window_days', 'qbr_grace_days',
    ]) }}
    from health_settings
),

-- Done on the day of its completion, or on its own day where the system has no status.
done_activities as (
    select
        account_id,
        contact_id,
        lower(activity_type) as activity_type,
        lower(outcome) as outcome,
        cast(coalesce(completed_at, occurred_at) as date) as done_date,
        greatest(
            cast(coalesce(completed_at, occurred_at) as date),
            cast(coalesce(created_at, occurred_at) as date)
        ) as known_date,
        case when coalesce(is_deleted, false) then cast(updated_at as date) end as deleted_date
    from crm_activities
    where
        account_id is not null
        and coalesce(is_customer_facing, true)
        and (
            completed_at is not null
            or status is null
            or lower(status) in ('completed', 'held', 'done', 'closed')
        )
),

-- Nobody records when a contact left; the last change of an inactive one is that day.
contacts as (
    select
        account_id,
        contact_id,
        coalesce(is_champion, false) as is_champion,
        coalesce(is_executive_sponsor, false) as is_executive_sponsor,
        cast(coalesce(created_at, updated_at) as date) as known_date,
        case
            when
                (coalesce(is_deleted, false) or not coalesce(is_active, true))
                and cast(updated_at as date) > cast(coalesce(created_at, updated_at) as date)
                then cast(updated_at as date)
        end as departed_date
    from crm_contacts
    where account_id is not null
),

-- A review is due when its grace is over, or when it is held before that.
reviews as (
    select
        cs_qbrs.account_id,
        cs_qbrs.exec_sponsor_present,
        cast(cs_qbrs.held_at as date) as held_date,
        {{ add_days('cs_qbrs.due_date', 'settings.qbr_grace_days') }} as last_date,
        {{ add_days('cs_qbrs.due_date', 'settings.qbr_window_days') }} as end_date
    from cs_qbrs
    cross join settings
),

engagement_facts as (
    select
        'activities_logged' as quantity_id,
        account_id,
        1 as amount,
        min(known_date) as valid_from,
        cast(null as date) as valid_to
    from done_activities
    group by account_id
    union all
    select
        'meetings' as quantity_id,
        done_activities.account_id,
        1 as amount,
        done_activities.known_date as valid_from,
        least(
            {{ add_days('done_activities.done_date', 'settings.engagement_window_days') }},
            coalesce(
                done_activities.deleted_date,
                {{ add_days('done_activities.done_date', 'settings.engagement_window_days') }}
            )
        ) as valid_to
    from done_activities
    cross join settings
    where
        done_activities.activity_type in ('meeting', 'training', 'onsite')
        or (
            done_activities.activity_type = 'call'
            and coalesce(done_activities.outcome, 'connected') = 'connected'
        )
    union all
    select
        'executives_known' as quantity_id,
        account_id,
        1 as amount,
        known_date as valid_from,
        departed_date as valid_to
    from contacts
    where is_executive_sponsor
    union all
    select
        'executive_contacts' as quantity_id,
        done_activities.account_id,
        1 as amount,
        greatest(done_activities.known_date, contacts.known_date) as valid_from,
        {{ add_days('done_activities.done_date', 'settings.executive_window_days') }} as valid_to
    from done_activities
    inner join contacts
        on done_activities.contact_id = contacts.contact_id
    cross join settings
    where
        contacts.is_executive_sponsor
        and coalesce(done_activities.outcome, 'connected') = 'connected'
    union all
    select
        'executive_contacts' as quantity_id,
        reviews.account_id,
        1 as amount,
        reviews.held_date as valid_from,
        {{ add_days('reviews.held_date', 'settings.executive_window_days') }} as valid_to
    from reviews
    cross join settings
    where reviews.exec_sponsor_present
    union all
    select
        'programme_messages' as quantity_id,
        cs_programme_touches.account_id,
        1 as amount,
        cast(cs_programme_touches.sent_at as date) as valid_from,
        {{ add_days('cs_programme_touches.sent_at', 'settings.engagement_window_days') }}
            as valid_to
    from cs_programme_touches
    cross join settings
    union all
    select
        'programme_answers' as quantity_id,
        cs_programme_touches.account_id,
        1 as amount,
        cast(cs_programme_touches.engaged_at as date) as valid_from,
        {{ add_days('cs_programme_touches.sent_at', 'settings.engagement_window_days') }}
            as valid_to
    from cs_programme_touches
    cross join settings
    where cs_programme_touches.engaged_at is not null
    union all
    select
        'champions_known' as quantity_id,
        account_id,
        1 as amount,
        known_date as valid_from,
        departed_date as valid_to
    from contacts
    where is_champion
    union all
    select
        'champions_departed' as quantity_id,
        contacts.account_id,
        1 as amount,
        contacts.departed_date as valid_from,
        {{ add_days('contacts.departed_date', 'settings.departure_window_days') }} as valid_to
    from contacts
    cross join settings
    where
        contacts.is_champion
        and contacts.departed_date is not null
    union all
    select
        'reviews_due' as quantity_id,
        account_id,
        1 as amount,
        least(coalesce(held_date, last_date), last_date) as valid_from,
        end_date as valid_to
    from reviews
    union all
    select
        'reviews_kept' as quantity_id,
        account_id,
        1 as amount,
        held_date as valid_from,
        end_date as valid_to
    from reviews
    where held_date <= last_date
)

select * from engagement_facts
