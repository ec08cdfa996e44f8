{%- set daily_warnings = [
    'health_drop', 'usage_fall', 'champion_gone', 'ticket_spike', 'unpaid_invoice',
] -%}

with

renewals as (
    select * from {{ ref('fct_renewals') }}
),

warning_days as (
    select * from {{ ref('int_renewal_warning_days') }}
),

last_meetings as (
    select * from {{ ref('int_renewal_last_meetings') }}
),

settings as (
    {{ renewal_settings_row(['timeline_days', 'warning_meeting_days']) }}
),

-- A warning that stands today began on the day after the last one without it.
daily as (
    {%- for warning in daily_warnings %}
    select
        account_id,
        '{{ warning }}' as warning,
        coalesce(
            {{ add_days("max(case when not " ~ warning ~ " then date_day end)", 1) }}, min(date_day)
        ) as began_date
    from warning_days
    group by account_id
    having max(case when {{ warning }} and date_day = {{ as_of_day() }} then 1 else 0 end) = 1
    union all
    {%- endfor %}
    select
        last_meetings.account_id,
        'no_meeting' as warning,
        {{ add_days(
            'coalesce(last_meetings.last_meeting_date, last_meetings.first_activity_date)',
            'settings.warning_meeting_days'
        ) }} as began_date
    from last_meetings
    cross join settings
),

watched as (
    select
        renewals.contract_id,
        renewals.account_id,
        renewals.csm_user_id,
        renewals.segment,
        renewals.outcome,
        renewals.due_arr,
        renewals.due_date
    from renewals
    cross join settings
    where
        renewals.outcome in ('pending', 'overdue')
        and renewals.due_date <= {{ add_days(as_of_day(), 'settings.timeline_days') }}
)

select
    watched.contract_id,
    watched.account_id,
    watched.csm_user_id,
    watched.segment,
    daily.warning,
    watched.outcome,
    cast({{ dbt.datediff('daily.began_date', as_of_day(), 'day') }} as {{ dbt.type_int() }})
        as days_standing,
    watched.due_arr,
    daily.began_date,
    watched.due_date
from watched
inner join daily
    on watched.account_id = daily.account_id
where daily.began_date <= {{ as_of_day() }}
