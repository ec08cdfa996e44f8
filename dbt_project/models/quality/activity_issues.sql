with

account_starts as (
    select * from {{ ref('account_start_dates') }}
),

billing_subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

usage_events as (
    select * from {{ ref('usage_events') }}
),

usage_daily as (
    select * from {{ ref('usage_daily') }}
),

support_tickets as (
    select * from {{ ref('support_tickets') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

activities as (
    select
        _source_system as source_system,
        'usage_events' as contract_table,
        event_id as record_id,
        account_id,
        case
            when properties like '%"subscription_id"%'
                then {{ json_text('properties', 'subscription_id') }}
        end as subscription_id,
        'occurred_at' as field_name,
        cast(occurred_at as date) as activity_date,
        cast(received_at as date) as known_date,
        _source_file as source_file
    from usage_events
    union all
    select
        _source_system as source_system,
        'usage_daily' as contract_table,
        account_id || '|' || cast(usage_date as {{ dbt.type_string() }}) || '|' || metric_name
            as record_id,
        account_id,
        cast(null as {{ dbt.type_string() }}) as subscription_id,
        'usage_date' as field_name,
        usage_date as activity_date,
        usage_date as known_date,
        _source_file as source_file
    from usage_daily
    union all
    select
        _source_system as source_system,
        'support_tickets' as contract_table,
        ticket_id as record_id,
        account_id,
        cast(null as {{ dbt.type_string() }}) as subscription_id,
        'created_at' as field_name,
        cast(created_at as date) as activity_date,
        cast(created_at as date) as known_date,
        _source_file as source_file
    from support_tickets
),

late_activities as (
    select
        quality_policy.rule_id,
        activities.*,
        'It was received ' || cast(
            {{ dbt.datediff('activities.activity_date', 'activities.known_date', 'day') }}
            as {{ dbt.type_string() }}
        ) || ' days after it happened' as fault
    from activities
    inner join quality_policy
        on quality_policy.rule_id = 'late_arrival'
    where
        {{ dbt.datediff('activities.activity_date', 'activities.known_date', 'day') }}
        > quality_policy.tolerance
),

-- Usage that names its subscription is early before that one starts, other activity before the account does.
started_activities as (
    select
        activities.*,
        case
            when billing_subscriptions.subscription_id is not null then 'its subscription started'
            else 'the account was a customer'
        end as start_event,
        coalesce(cast(billing_subscriptions.started_at as date), account_starts.start_date)
            as start_date
    from activities
    inner join account_starts
        on activities.account_id = account_starts.account_id
    left join billing_subscriptions
        on activities.subscription_id = billing_subscriptions.subscription_id
),

early_activities as (
    select
        quality_policy.rule_id,
        started_activities.source_system,
        started_activities.contract_table,
        started_activities.record_id,
        started_activities.account_id,
        started_activities.subscription_id,
        started_activities.field_name,
        started_activities.activity_date,
        started_activities.known_date,
        started_activities.source_file,
        'It happened before ' || started_activities.start_event || ', on '
        || cast(started_activities.start_date as {{ dbt.type_string() }}) as fault
    from started_activities
    inner join quality_policy
        on quality_policy.rule_id = 'activity_before_customer'
    where
        {{ dbt.datediff('started_activities.activity_date', 'started_activities.start_date', 'day') }}
        > quality_policy.tolerance
),

faulty_activities as (
    select * from late_activities
    union all
    select * from early_activities
)

select
    rule_id,
    source_system,
    contract_table,
    record_id,
    account_id,
    field_name,
    fault,
    cast(activity_date as {{ dbt.type_string() }}) as observed_value,
    source_file,
    known_date as first_seen_date
from faulty_activities
