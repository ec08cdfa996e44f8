with

limits as (
    select * from {{ ref('int_expansion_limits') }}
),

usage_daily as (
    select * from {{ ref('int_health_usage_daily') }}
),

feature_days as (
    select * from {{ ref('int_usage_account_feature_days') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['limit_window_days']) }} from expansion_settings
),

user_limits as (
    select
        usage_daily.account_id,
        limits.limit_name,
        usage_daily.long_active_users as used_quantity,
        sum(limits.entitled_quantity) as entitled_quantity,
        usage_daily.date_day
    from usage_daily
    inner join limits
        on
            usage_daily.account_id = limits.account_id
            and usage_daily.date_day >= limits.valid_from
            and usage_daily.date_day < limits.valid_to
    where
        limits.is_user_limit
        and usage_daily.has_users
    group by
        usage_daily.account_id, limits.limit_name, usage_daily.long_active_users,
        usage_daily.date_day
),

quantity_limits as (
    select
        usage_daily.account_id,
        limits.limit_name,
        sum(limits.entitled_quantity) as entitled_quantity,
        {{ add_days('usage_daily.date_day', '1 - max(settings.limit_window_days)') }}
            as window_start_date,
        usage_daily.date_day
    from usage_daily
    cross join settings
    inner join limits
        on
            usage_daily.account_id = limits.account_id
            and usage_daily.date_day >= limits.valid_from
            and usage_daily.date_day < limits.valid_to
    where not limits.is_user_limit
    group by usage_daily.account_id, limits.limit_name, usage_daily.date_day
),

counted_accounts as (
    select distinct account_id from limits
    where not is_user_limit
),

-- What a source counts under the name of the limit is what the limit is about.
uses as (
    select
        members.account_id,
        {{ label_key('feature_days.feature') }} as limit_name,
        feature_days.action_count,
        feature_days.activity_date,
        greatest(feature_days.known_date, members.valid_from) as known_date
    from feature_days
    inner join members
        on feature_days.account_id = members.member_account_id
    inner join counted_accounts
        on members.account_id = counted_accounts.account_id
),

limit_measures as (
    select
        account_id,
        'usage_over_limit' as signal_type,
        limit_name as subject,
        used_quantity as part,
        cast(entitled_quantity as decimal(18, 4)) as whole,
        date_day
    from user_limits
    union all
    select
        quantity_limits.account_id,
        'usage_over_limit' as signal_type,
        quantity_limits.limit_name as subject,
        cast(sum(uses.action_count) as decimal(18, 4)) as part,
        cast(max(quantity_limits.entitled_quantity) as decimal(18, 4)) as whole,
        quantity_limits.date_day
    from quantity_limits
    inner join uses
        on
            quantity_limits.account_id = uses.account_id
            and quantity_limits.limit_name = uses.limit_name
            and quantity_limits.window_start_date <= uses.activity_date
            and quantity_limits.date_day >= uses.known_date
    group by quantity_limits.account_id, quantity_limits.limit_name, quantity_limits.date_day
)

select * from limit_measures
