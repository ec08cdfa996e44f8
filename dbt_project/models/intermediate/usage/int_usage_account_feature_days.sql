with

usage_events as (
    select * from {{ ref('usage_events') }}
),

usage_daily as (
    select * from {{ ref('usage_daily') }}
),

-- Sources that count by themselves give their metrics; a metric stands for a feature.
all_use as (
    select
        account_id,
        coalesce(feature, event_name) as feature,
        cast(1 as decimal(20, 4)) as action_count,
        least(cast(occurred_at as date), cast(received_at as date)) as activity_date,
        cast(received_at as date) as known_date
    from usage_events
    where account_id is not null
    union all
    select
        account_id,
        metric_name as feature,
        metric_value as action_count,
        usage_date as activity_date,
        usage_date as known_date
    from usage_daily
    where metric_value > 0
),

new_use as (
    select *
    from all_use
    {%- if is_incremental() %}
    where
        known_date > (
            select coalesce(max(this.known_date), cast('1900-01-01' as date))
            from {{ this }} as this
        )
    {%- endif %}
),

account_feature_days as (
    select
        account_id,
        feature,
        cast(sum(action_count) as decimal(18, 4)) as action_count,
        activity_date,
        known_date
    from new_use
    group by account_id, feature, activity_date, known_date
)

-- depends_on: {{ ref('health_settings') }}
select * from account_feature_days
