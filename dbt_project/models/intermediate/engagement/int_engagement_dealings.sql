with

crm_activities as (
    select * from {{ ref('crm_activities') }}
),

cs_programme_touches as (
    select * from {{ ref('cs_programme_touches') }}
),

cs_qbrs as (
    select * from {{ ref('cs_qbrs') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- Done on the day of its completion, or on its own day where the system has no status.
done_activities as (
    select
        account_id,
        contact_id,
        case
            when lower(activity_type) in ('meeting', 'training', 'onsite') then 'meeting'
            when
                lower(activity_type) = 'call'
                and lower(coalesce(outcome, 'connected')) = 'connected'
                then 'meeting'
            when lower(activity_type) = 'email' and lower(direction) = 'inbound' then 'reply'
        end as dealing_type,
        cast(coalesce(completed_at, occurred_at) as date) as done_date,
        cast(coalesce(created_at, occurred_at) as date) as recorded_date,
        case when coalesce(is_deleted, false) then cast(updated_at as date) end as deleted_date
    from crm_activities
    where
        coalesce(is_customer_facing, true)
        and (
            completed_at is not null
            or status is null
            or lower(status) in ('completed', 'held', 'done', 'closed')
        )
),

dealings as (
    select
        account_id,
        contact_id,
        dealing_type,
        false as is_sponsor_present,
        done_date,
        greatest(done_date, recorded_date) as known_date,
        deleted_date
    from done_activities
    where dealing_type is not null
    {%- for dealing_type, moment in [('message', 'sent_at'), ('answer', 'engaged_at')] %}
    union all
    select
        account_id,
        contact_id,
        '{{ dealing_type }}' as dealing_type,
        false as is_sponsor_present,
        cast({{ moment }} as date) as done_date,
        cast({{ moment }} as date) as known_date,
        cast(null as date) as deleted_date
    from cs_programme_touches
    where {{ moment }} is not null
    {%- endfor %}
    union all
    select
        account_id,
        cast(null as {{ dbt.type_string() }}) as contact_id,
        'review' as dealing_type,
        coalesce(exec_sponsor_present, false) as is_sponsor_present,
        cast(held_at as date) as done_date,
        cast(held_at as date) as known_date,
        cast(null as date) as deleted_date
    from cs_qbrs
    where held_at is not null
)

select
    account_survivors.surviving_account_id as account_id,
    dealings.contact_id,
    dealings.dealing_type,
    dealings.is_sponsor_present,
    dealings.done_date,
    dealings.known_date,
    dealings.deleted_date
from dealings
inner join account_survivors
    on dealings.account_id = account_survivors.account_id
where dealings.known_date <= {{ as_of_day() }}
