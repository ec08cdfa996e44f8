{%- set first_day = first_new_day() -%}
{%- set from_day = day_literal(first_day) if first_day else '(select first_day from bounds)' -%}

with

facts as (
    select * from {{ ref('int_health_facts') }}
),

usage_daily as (
    select * from {{ ref('int_health_usage_daily') }}
),

account_days as (
    select * from {{ ref('int_health_account_days') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings([
        'usage_window_days', 'baseline_days', 'baseline_min_days', 'backfill_days', 'overdue_limit_days',
    ]) }}
    from health_settings
),

bounds as (
    select {{ add_days(as_of_day(), '-backfill_days') }} as first_day
    from settings
),

-- A day of use is part of the baseline of the days that lie a window, and up to a baseline more, later.
baseline_days as (
    select
        usage_daily.account_id,
        usage_daily.active_users,
        usage_daily.key_actions,
        {{ add_days('usage_daily.date_day', 'settings.usage_window_days') }} as valid_from,
        {{ add_days(
            'usage_daily.date_day', 'settings.usage_window_days + settings.baseline_days'
        ) }} as valid_to
    from usage_daily
    cross join settings
    where usage_daily.has_usage
),

counted as (
    select account_id, quantity_id, amount, valid_from, valid_to from facts
    {%- for quantity, amount in [
        ('baseline_days_known', 'cast(1 as decimal(18, 4))'),
        ('baseline_users', 'active_users'),
        ('baseline_actions', 'key_actions'),
    ] %}
    union all
    select account_id, '{{ quantity }}' as quantity_id, {{ amount }} as amount, valid_from, valid_to
    from baseline_days
    {%- endfor %}
),

changes as (
    select
        account_id, quantity_id, amount,
        greatest(valid_from, {{ from_day }}) as date_day
    from counted
    where
        valid_from <= {{ as_of_day() }}
        and valid_to > {{ from_day }}
    union all
    select account_id, quantity_id, -amount as amount, valid_to as date_day
    from counted
    where
        valid_to <= {{ as_of_day() }}
        and valid_to > {{ from_day }}
    union all
    select account_id, 'asked' as quantity_id, cast(0 as decimal(18, 4)) as amount, date_day
    from account_days
    where date_day >= {{ from_day }}
),

changes_by_day as (
    select
        account_id,
        {%- for quantity in fact_quantities() + baseline_quantities() %}
        cast(sum(case when quantity_id = '{{ quantity }}' then amount else 0 end) as decimal(18, 4))
            as {{ quantity }},
        {%- endfor %}
        max(case when quantity_id = 'asked' then 1 else 0 end) as is_asked,
        date_day
    from changes
    group by account_id, date_day
),

running as (
    select
        account_id,
        {%- for quantity in fact_quantities() + baseline_quantities() %}
        cast(sum({{ quantity }}) over (
            partition by account_id order by date_day asc
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as {{ quantity }},
        {%- endfor %}
        is_asked,
        date_day
    from changes_by_day
),

quantities_daily as (
    select
        account_days.account_id,
        account_days.segment,
        account_days.lifecycle_stage,
        account_days.csm_user_id,
        account_days.customer_age_days,
        coalesce(usage_daily.active_users, 0) as active_users,
        coalesce(usage_daily.key_features, 0) as key_features,
        coalesce(usage_daily.key_actions, 0) as key_actions,
        coalesce(usage_daily.days_since_last_use, 0) as days_since_last_use,
        greatest(running.seats - coalesce(usage_daily.long_active_users, 0), 0) as unused_seats,
        case
            when running.overdue_spells > 0
                then {{ dbt.datediff("cast('1900-01-01' as date)", 'running.date_day', 'day') }}
                    - cast({{ ratio('running.overdue_since', 'running.overdue_spells') }} as {{ dbt.type_int() }})
            else 0
        end as overdue_days,
        {%- for quantity in fact_quantities() + baseline_quantities() if quantity != 'overdue_since' %}
        running.{{ quantity }},
        {%- endfor %}
        coalesce(usage_daily.has_users, false) as has_users,
        coalesce(usage_daily.has_usage, false) as has_usage,
        running.baseline_days_known >= settings.baseline_min_days as has_baseline,
        account_days.date_day
    from running
    cross join settings
    inner join account_days
        on running.account_id = account_days.account_id and running.date_day = account_days.date_day
    left join usage_daily
        on running.account_id = usage_daily.account_id and running.date_day = usage_daily.date_day
    where running.is_asked = 1
)

select * from quantities_daily
