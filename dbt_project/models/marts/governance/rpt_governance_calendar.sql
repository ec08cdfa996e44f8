with

duties as (
    select * from {{ ref('governance_calendar') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

governance_settings as (
    select * from {{ ref('governance_settings') }}
),

reports as (
    select * from {{ ref('int_governance_reports') }}
),

settings as (
    select {{ chosen_settings(['calendar_days']) }} from governance_settings
),

first_report as (
    select min(period_end_date) as first_date from reports
),

periods as (
    select
        duties.duty_id,
        duties.duty_name,
        duties.cadence,
        duties.owner as owner_team,
        duties.grace_days,
        dates.date_day as period_end_date,
        row_number() over (
            partition by duties.duty_id order by dates.date_day desc
        ) as periods_ago
    from duties
    cross join settings
    inner join dates
        on
            duties.valid_from <= dates.date_day
            and dates.date_day <= {{ as_of_day() }}
            and dates.date_day > {{ add_days(as_of_day(), '-settings.calendar_days') }}
            and (
                duties.cadence = 'daily'
                or (duties.cadence = 'weekly' and dates.weekday_number = 7)
                or (duties.cadence = 'monthly' and dates.is_month_end)
                or (
                    duties.cadence = 'quarterly'
                    and dates.is_month_end
                    and mod(dates.month_number, 3) = 0
                )
            )
),

-- What was due before the first report of this place is nobody's fault; the newest period is told.
told_periods as (
    select
        periods.*,
        coalesce(periods.period_end_date >= first_report.first_date, false) as is_asked,
        cast({{ dbt.dateadd('day', 'periods.grace_days', 'periods.period_end_date') }} as date)
            as due_date
    from periods
    cross join first_report
    where
        periods.periods_ago = 1
        or periods.period_end_date >= first_report.first_date
)

select
    told_periods.duty_id,
    told_periods.duty_name,
    told_periods.cadence,
    told_periods.owner_team,
    case
        when reports.done_date <= told_periods.due_date then 'done'
        when reports.done_date > told_periods.due_date then 'done_late'
        when told_periods.is_asked and told_periods.due_date < {{ as_of_day() }} then 'overdue'
        else 'due'
    end as status,
    reports.report_file,
    reports.done_date is null
    and told_periods.is_asked
    and told_periods.due_date < {{ as_of_day() }} as is_overdue,
    told_periods.period_end_date,
    told_periods.due_date,
    reports.done_date
from told_periods
left join reports
    on
        told_periods.duty_id = reports.duty_id
        and told_periods.period_end_date = reports.period_end_date
