{%- set first_day = first_new_day() -%}
{%- set before = ['usage_window_days', 'baseline_days'] -%}
{%- set last_day = day_literal(last_new_day(first_day, before)) -%}
{%- set from_day = day_literal(first_day) if first_day else '(select first_day from bounds)' -%}
{%- set earliest_day = day_before_windows(
    first_day, ['usage_window_days', 'long_usage_window_days', 'lapse_days']
) if first_day -%}
{%- set unused_days = dbt.datediff('running.last_use_date', 'running.date_day', 'day') -%}
{%- set quantities = ['active_users', 'long_active_users', 'key_features', 'key_actions'] -%}

with

user_days as (
    select * from {{ ref('int_usage_account_user_days') }}
    {%- if earliest_day %}
    where activity_date > {{ day_literal(earliest_day) }}
    {%- endif %}
),

feature_days as (
    select * from {{ ref('int_usage_account_feature_days') }}
    {%- if earliest_day %}
    where activity_date > {{ day_literal(earliest_day) }}
    {%- endif %}
),

first_days as (
    select * from {{ ref('int_usage_account_first_days') }}
),

key_features as (
    select * from {{ ref('key_features') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

account_days as (
    select * from {{ ref('int_health_account_days') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings([
        'usage_window_days', 'long_usage_window_days', 'lapse_days', 'baseline_days', 'backfill_days',
    ]) }}
    from health_settings
),

{% if not first_day %}
-- The first build starts early enough for the first score to have a whole baseline.
bounds as (
    select
        {{ add_days(
            first_backfill_day(), '-(baseline_days + usage_window_days)'
        ) }} as first_day
    from settings
),

{% endif %}
-- Use counts from the day it is known until its window has passed.
uses as (
    select
        'active_users' as quantity,
        user_days.account_id,
        user_days.user_id as subject,
        cast(1 as decimal(18, 4)) as amount,
        user_days.known_date as valid_from,
        {{ add_days('user_days.activity_date', 'settings.usage_window_days') }} as valid_to,
        user_days.activity_date
    from user_days
    cross join settings
    union all
    select
        'long_active_users' as quantity,
        user_days.account_id,
        user_days.user_id as subject,
        cast(1 as decimal(18, 4)) as amount,
        user_days.known_date as valid_from,
        {{ add_days('user_days.activity_date', 'settings.long_usage_window_days') }} as valid_to,
        user_days.activity_date
    from user_days
    cross join settings
    union all
    select
        'key_features' as quantity,
        feature_days.account_id,
        feature_days.feature as subject,
        feature_days.action_count as amount,
        feature_days.known_date as valid_from,
        {{ add_days('feature_days.activity_date', 'settings.usage_window_days') }} as valid_to,
        feature_days.activity_date
    from feature_days
    cross join settings
    inner join key_features as others
        on others.feature = '*'
    left join key_features as own
        on feature_days.feature = own.feature
    where coalesce(own.is_key_feature, others.is_key_feature)
    union all
    select
        'last_use' as quantity,
        feature_days.account_id,
        feature_days.feature as subject,
        cast(0 as decimal(18, 4)) as amount,
        feature_days.known_date as valid_from,
        {{ add_days('feature_days.activity_date', 'settings.lapse_days') }} as valid_to,
        feature_days.activity_date
    from feature_days
    cross join settings
),

counted_uses as (
    select
        uses.quantity,
        members.account_id,
        uses.subject,
        uses.amount,
        uses.activity_date,
        greatest(uses.valid_from, members.valid_from, {{ from_day }}) as valid_from,
        least(uses.valid_to, coalesce(members.valid_to, uses.valid_to)) as valid_to
    from uses
    inner join members
        on uses.account_id = members.member_account_id
    where
        uses.valid_to > {{ from_day }}
        and uses.valid_from <= {{ last_day }}
        and members.valid_from <= {{ last_day }}
),

-- Of the windows of a subject that start on one day the longest holds the others.
longest_windows as (
    select
        quantity,
        account_id,
        subject,
        valid_from,
        max(valid_to) as valid_to
    from counted_uses
    where
        quantity <> 'last_use'
        and valid_from < valid_to
    group by quantity, account_id, subject, valid_from
),

-- Of windows that overlap only what isn't covered yet counts, so that a user counts once.
covered as (
    select
        longest_windows.*,
        max(valid_to) over (
            partition by account_id, quantity, subject
            order by valid_from asc
            rows between unbounded preceding and 1 preceding
        ) as covered_to
    from longest_windows
),

pieces as (
    select
        quantity,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        greatest(valid_from, coalesce(covered_to, valid_from)) as valid_from,
        valid_to
    from covered
    where coalesce(covered_to < valid_to, true)
    union all
    select
        'key_actions' as quantity,
        account_id,
        amount,
        valid_from,
        valid_to
    from counted_uses
    where
        quantity = 'key_features'
        and valid_from < valid_to
),

changes as (
    select
        quantity,
        account_id,
        amount,
        cast(null as date) as activity_date,
        valid_from as date_day
    from pieces
    union all
    select
        quantity,
        account_id,
        -amount as amount,
        cast(null as date) as activity_date,
        valid_to as date_day
    from pieces
    where valid_to <= {{ last_day }}
    union all
    select
        quantity,
        account_id,
        amount,
        activity_date,
        valid_from as date_day
    from counted_uses
    where
        quantity = 'last_use'
        and valid_from < valid_to
    union all
    select
        'asked' as quantity,
        account_id,
        cast(0 as decimal(18, 4)) as amount,
        cast(null as date) as activity_date,
        date_day
    from account_days
    where
        date_day >= {{ from_day }}
        and date_day <= {{ last_day }}
),

changes_by_day as (
    select
        account_id,
        {%- for quantity in quantities %}
        sum(case when quantity = '{{ quantity }}' then amount else 0 end) as {{ quantity }},
        {%- endfor %}
        max(case when quantity = 'asked' then 1 else 0 end) as is_asked,
        max(activity_date) as last_use_date,
        date_day
    from changes
    group by account_id, date_day
),

running as (
    select
        account_id,
        {%- for quantity in quantities %}
        sum({{ quantity }}) over (
            partition by account_id order by date_day asc
            rows between unbounded preceding and current row
        ) as {{ quantity }},
        {%- endfor %}
        max(last_use_date) over (
            partition by account_id order by date_day asc
            rows between unbounded preceding and current row
        ) as last_use_date,
        is_asked,
        date_day
    from changes_by_day
),

first_known as (
    select
        members.account_id,
        min(
            case
                when
                    first_days.sign = 'user'
                    then greatest(first_days.known_date, members.valid_from)
            end
        )
            as first_user_date,
        min(
            case
                when
                    first_days.sign = 'use'
                    then greatest(first_days.known_date, members.valid_from)
            end
        )
            as first_use_date
    from first_days
    inner join members
        on first_days.account_id = members.member_account_id
    where coalesce(first_days.known_date < members.valid_to, true)
    group by members.account_id
),

usage_daily as (
    select
        running.account_id,
        {%- for quantity in quantities %}
        cast(running.{{ quantity }} as decimal(18, 4)) as {{ quantity }},
        {%- endfor %}
        least(
            coalesce({{ unused_days }}, settings.lapse_days),
            settings.lapse_days
        ) as days_since_last_use,
        coalesce(first_known.first_user_date <= running.date_day, false) as has_users,
        coalesce(first_known.first_use_date <= running.date_day, false) as has_usage,
        running.date_day
    from running
    cross join settings
    left join first_known
        on running.account_id = first_known.account_id
    where running.is_asked = 1
)

select * from usage_daily
