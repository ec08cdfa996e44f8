with

renewals as (
    select * from {{ ref('fct_renewals') }}
),

quantities as (
    select * from {{ ref('int_health_quantities_daily') }}
),

health as (
    select * from {{ ref('fct_account_health_daily') }}
),

settings as (
    {{ renewal_settings_row([
        'timeline_days', 'warning_lookback_days', 'warning_health_drop', 'warning_usage_share',
        'warning_ticket_factor', 'warning_ticket_count',
    ]) }}
),

watched_accounts as (
    select distinct renewals.account_id
    from renewals
    cross join settings
    where
        renewals.outcome in ('pending', 'overdue')
        and renewals.due_date <= {{ add_days(as_of_day(), 'settings.timeline_days') }}
),

first_days as (
    select {{ add_days(as_of_day(), '-warning_lookback_days') }} as first_day from settings
),

recent as (
    select
        quantities.*,
        avg(quantities.tickets) over (
            partition by quantities.account_id
            order by quantities.date_day asc
            rows between unbounded preceding and 1 preceding
        ) as usual_tickets
    from quantities
    inner join watched_accounts
        on quantities.account_id = watched_accounts.account_id
    cross join first_days
    where
        quantities.date_day > first_days.first_day
        and quantities.date_day <= {{ as_of_day() }}
)

select
    recent.account_id,
    coalesce(health.score_change_30d <= -settings.warning_health_drop, false) as health_drop,
    coalesce(
        recent.has_baseline
        and recent.active_users * recent.baseline_days_known
        < settings.warning_usage_share * recent.baseline_users, false
    ) as usage_fall,
    coalesce(recent.champions_departed > 0, false) as champion_gone,
    coalesce(
        recent.tickets >= settings.warning_ticket_count
        and recent.tickets > settings.warning_ticket_factor * recent.usual_tickets, false
    ) as ticket_spike,
    coalesce(recent.overdue_days > 0, false) as unpaid_invoice,
    recent.date_day
from recent
cross join settings
left join health
    on
        recent.account_id = health.account_id
        and recent.date_day = health.date_day
