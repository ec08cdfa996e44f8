-- A row when the newest day of health isn't the as-of day, or when the newest record behind it was
-- older at that day's end than freshness_hours.
with

account_health_daily as (
    select max(date_day) as newest_day from {{ ref('fct_account_health_daily') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

newest_records as (
    {%- for table, known in [
        ('usage_events', 'received_at'), ('crm_activities', 'created_at'),
        ('support_tickets', 'created_at'), ('cs_surveys', 'responded_at'),
        ('cs_scorecards', 'scored_at'), ('cs_programme_touches', 'sent_at'),
        ('billing_invoices', 'created_at'), ('usage_daily', 'usage_date'),
    ] %}
    select max(cast({{ known }} as {{ dbt.type_timestamp() }})) as known_at
    from {{ ref(table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ages as (
    select
        {{ dbt.datediff('max(known_at)', as_of_end() | trim, 'hour') }}
            as age_hours
    from newest_records
)

select
    account_health_daily.newest_day,
    ages.age_hours
from account_health_daily
cross join ages
cross join health_settings
where
    health_settings.setting_id = 'freshness_hours'
    and (
        coalesce(account_health_daily.newest_day <> {{ as_of_day() }}, true)
        or coalesce(ages.age_hours > health_settings.setting_value, true)
    )
