with

usage_events as (
    select * from {{ ref('usage_events') }}
),

-- What happened is never later than what was received, whatever the sender's clock says.
new_events as (
    select
        account_id,
        user_id,
        least(cast(occurred_at as date), cast(received_at as date)) as activity_date,
        cast(received_at as date) as known_date
    from usage_events
    where
        account_id is not null
        and user_id is not null
        {%- if is_incremental() %}
        and received_at >= (
            select {{ add_days("coalesce(max(known_date), cast('1900-01-01' as date))", 1) }}
            from {{ this }}
        )
        {%- endif %}
),

account_user_days as (
    select
        account_id,
        user_id,
        cast(count(*) as {{ dbt.type_int() }}) as event_count,
        activity_date,
        known_date
    from new_events
    group by account_id, user_id, activity_date, known_date
)

-- depends_on: {{ ref('health_settings') }}
select * from account_user_days
