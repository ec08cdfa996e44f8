with

feature_days as (
    select * from {{ ref('int_usage_account_feature_days') }}
),

key_features as (
    select * from {{ ref('key_features') }}
),

feature_areas as (
    select * from {{ ref('feature_areas') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['new_area_age_days', 'new_area_window_days']) }}
    from expansion_settings
),

uses as (
    select
        members.account_id,
        coalesce(feature_areas.area, feature_days.feature) as area,
        feature_days.action_count,
        greatest(feature_days.known_date, members.valid_from) as known_date
    from feature_days
    inner join members
        on feature_days.account_id = members.member_account_id
    inner join key_features as others
        on others.feature = '*'
    left join key_features as own
        on feature_days.feature = own.feature
    left join feature_areas
        on feature_days.feature = feature_areas.feature
    where
        coalesce(own.is_key_feature, others.is_key_feature)
        and coalesce(feature_days.known_date < members.valid_to, true)
),

first_uses as (
    select
        account_id,
        area,
        min(known_date) as first_use_date
    from uses
    group by account_id, area
),

-- New is what comes when the account has been using the product for a while.
compared as (
    select
        first_uses.*,
        min(first_use_date) over (partition by account_id) as first_usage_date
    from first_uses
),

new_areas as (
    select
        compared.account_id,
        compared.area,
        compared.first_use_date,
        {{ add_days('compared.first_use_date', 'settings.new_area_window_days') }} as end_date
    from compared
    cross join settings
    where
        compared.first_use_date
        >= {{ add_days('compared.first_usage_date', 'settings.new_area_age_days') }}
),

-- Of the many uses only those of the few new areas are summed.
area_days as (
    select
        new_areas.account_id,
        new_areas.area,
        sum(uses.action_count) as action_count,
        new_areas.first_use_date,
        new_areas.end_date,
        uses.known_date
    from new_areas
    inner join uses
        on
            new_areas.account_id = uses.account_id
            and new_areas.area = uses.area
            and new_areas.end_date > uses.known_date
    group by
        new_areas.account_id, new_areas.area, new_areas.first_use_date, new_areas.end_date,
        uses.known_date
),

running as (
    select
        account_id,
        area,
        cast(sum(action_count) over (
            partition by account_id, area order by known_date asc
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as action_count,
        first_use_date,
        known_date as valid_from,
        coalesce(
            lead(known_date) over (partition by account_id, area order by known_date asc), end_date
        ) as valid_to
    from area_days
)

select * from running
