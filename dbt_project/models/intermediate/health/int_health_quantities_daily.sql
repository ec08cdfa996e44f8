{%- set first_day = first_new_day() -%}
{%- set last_day = day_literal(last_new_day(first_day)) -%}
{%- set earliest_day = day_before_windows(
    day_before_windows(first_day, ['usage_window_days']), ['baseline_days']
) if first_day -%}
{%- set day_number = dbt.datediff("cast('1900-01-01' as date)", 'running.date_day', 'day') -%}
{%- set from_day = day_literal(first_day) if first_day else '(select first_day from bounds)' -%}

with

facts as (
    select * from {{ ref('int_health_facts') }}
),

usage_daily as (
    select * from {{ ref('int_health_usage_daily') }}
    where
        date_day <= {{ last_day }}
        {%- if earliest_day %}
        and date_day >= {{ day_literal(earliest_day) }}
        {%- endif %}
),

account_days as (
    select * from {{ ref('int_health_account_days') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings([
        'usage_window_days', 'baseline_days', 'baseline_min_days', 'backfill_days',
    ]) }}
    from health_settings
),

{% if not first_day %}
bounds as (
    select {{ first_backfill_day() }} as first_day
    from settings
),

{% endif %}
asked_days as (
    select * from account_days
    where
        date_day >= {{ from_day }}
        and date_day <= {{ last_day }}
),

-- A day of use is in the baseline of the days that lie a window to a window and a baseline later.
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

baseline_changes as (
    select
        account_id,
        1 as days,
        active_users,
        key_actions,
        0 as is_asked,
        greatest(valid_from, {{ from_day }}) as date_day
    from baseline_days
    where
        valid_from <= {{ last_day }}
        and valid_to > {{ from_day }}
    union all
    select
        account_id,
        -1 as days,
        -active_users as active_users,
        -key_actions as key_actions,
        0 as is_asked,
        valid_to as date_day
    from baseline_days
    where
        valid_to <= {{ last_day }}
        and valid_to > {{ from_day }}
    union all
    select
        account_id,
        0 as days,
        0 as active_users,
        0 as key_actions,
        1 as is_asked,
        date_day
    from asked_days
),

baseline_by_day as (
    select
        account_id,
        sum(days) as days,
        cast(sum(active_users) as decimal(18, 4)) as active_users,
        cast(sum(key_actions) as decimal(18, 4)) as key_actions,
        max(is_asked) as is_asked,
        date_day
    from baseline_changes
    group by account_id, date_day
),

baselines as (
    select
        account_id,
        {%- for column, quantity in [
            ('days', 'baseline_days_known'), ('active_users', 'baseline_users'),
            ('key_actions', 'baseline_actions'),
        ] %}
        cast(sum({{ column }}) over (
            partition by account_id order by date_day asc
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as {{ quantity }},
        {%- endfor %}
        is_asked,
        date_day
    from baseline_by_day
),

fact_changes as (
    select
        account_id,
        quantity_id,
        amount,
        greatest(valid_from, {{ from_day }}) as date_day
    from facts
    where
        valid_from <= {{ last_day }}
        and valid_to > {{ from_day }}
    union all
    select
        account_id,
        quantity_id,
        -amount as amount,
        valid_to as date_day
    from facts
    where
        valid_to <= {{ last_day }}
        and valid_to > {{ from_day }}
    union all
    select
        account_id,
        'asked' as quantity_id,
        cast(0 as decimal(18, 4)) as amount,
        date_day
    from asked_days
),

changes_by_day as (
    select
        account_id,
        {%- for quantity in fact_quantities() %}
        cast(sum(case when quantity_id = '{{ quantity }}' then amount else 0 end) as decimal(18, 4))
            as {{ quantity }},
        {%- endfor %}
        max(case when quantity_id = 'asked' then 1 else 0 end) as is_asked,
        date_day
    from fact_changes
    group by account_id, date_day
),

running as (
    select
        account_id,
        {%- for quantity in fact_quantities() %}
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
        asked_days.account_id,
        asked_days.segment,
        asked_days.lifecycle_stage,
        asked_days.csm_user_id,
        asked_days.customer_age_days,
        coalesce(usage_daily.active_users, 0) as active_users,
        coalesce(usage_daily.key_features, 0) as key_features,
        coalesce(usage_daily.key_actions, 0) as key_actions,
        coalesce(usage_daily.days_since_last_use, 0) as days_since_last_use,
        greatest(running.seats - coalesce(usage_daily.long_active_users, 0), 0) as unused_seats,
        case
            when running.overdue_spells > 0
                then {{ day_number }} - cast(
                    {{ ratio('running.overdue_since', 'running.overdue_spells') }}
                    as {{ dbt.type_int() }}
                )
            else 0
        end as overdue_days,
        {%- for quantity in fact_quantities() if quantity != 'overdue_since' %}
        running.{{ quantity }},
        {%- endfor %}
        baselines.baseline_days_known,
        baselines.baseline_users,
        baselines.baseline_actions,
        coalesce(usage_daily.has_users, false) as has_users,
        coalesce(usage_daily.has_usage, false) as has_usage,
        baselines.baseline_days_known >= settings.baseline_min_days as has_baseline,
        asked_days.date_day
    from running
    cross join settings
    inner join asked_days
        on running.account_id = asked_days.account_id and running.date_day = asked_days.date_day
    inner join baselines
        on running.account_id = baselines.account_id and running.date_day = baselines.date_day
    left join usage_daily
        on running.account_id = usage_daily.account_id and running.date_day = usage_daily.date_day
    where
        running.is_asked = 1
        and baselines.is_asked = 1
)

select * from quantities_daily
