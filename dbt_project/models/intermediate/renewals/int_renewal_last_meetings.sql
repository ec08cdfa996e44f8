with

activities as (
    select * from {{ ref('crm_activities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
)

select
    account_survivors.surviving_account_id as account_id,
    min(cast(activities.occurred_at as date)) as first_activity_date,
    max(
        case
            when
                activities.activity_type in ('meeting', 'training')
                and coalesce(lower(activities.status), 'completed') = 'completed'
                then cast(activities.occurred_at as date)
        end
    ) as last_meeting_date
from activities
inner join account_survivors
    on activities.account_id = account_survivors.account_id
where
    activities.occurred_at < {{ as_of_end() }}
    and not coalesce(activities.is_deleted, false)
group by account_survivors.surviving_account_id
