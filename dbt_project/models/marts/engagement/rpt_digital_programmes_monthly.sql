with

account_engagement_monthly as (
    select * from {{ ref('fct_account_engagement_monthly') }}
    where touch_model = 'tech'
),

cs_programme_touches as (
    select * from {{ ref('cs_programme_touches') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['engagement_window_days', 'digital_window_days']) }}
    from engagement_settings
),

messages as (
    select
        account_survivors.surviving_account_id as account_id,
        {{ label_key('cs_programme_touches.programme') }} as programme,
        {{ label_key('cs_programme_touches.channel') }} as channel,
        cast(cs_programme_touches.sent_at as date) as sent_date,
        cast(cs_programme_touches.engaged_at as date) as engaged_date
    from cs_programme_touches
    inner join account_survivors
        on cs_programme_touches.account_id = account_survivors.account_id
),

tech_accounts_monthly as (
    select
        month_start_date,
        count(*) as tech_touch_accounts
    from account_engagement_monthly
    group by month_start_date
),

-- A message of the quarter counts as answered when it was by the month's end, as it was seen then.
programmes_monthly as (
    select
        messages.programme,
        messages.channel,
        account_engagement_monthly.is_month_complete,
        account_engagement_monthly.month_start_date,
        count(*) as sent_messages,
        {{ counted('messages.engaged_date <= account_engagement_monthly.state_date') }}
            as answered_messages,
        count(distinct messages.account_id) as reached_accounts,
        count(distinct case
            when
                messages.engaged_date <= account_engagement_monthly.state_date
                and {{ add_days('messages.engaged_date', 'settings.digital_window_days') }}
                > account_engagement_monthly.state_date
                then messages.account_id
        end) as digitally_engaged_accounts
    from account_engagement_monthly
    inner join messages
        on
            account_engagement_monthly.account_id = messages.account_id
            and account_engagement_monthly.state_date >= messages.sent_date
    cross join settings
    where
        {{ add_days('messages.sent_date', 'settings.engagement_window_days') }}
        > account_engagement_monthly.state_date
    group by
        messages.programme,
        messages.channel,
        account_engagement_monthly.is_month_complete,
        account_engagement_monthly.month_start_date
)

select
    cast(programmes_monthly.programme as {{ dbt.type_string() }}) as programme,
    cast(programmes_monthly.channel as {{ dbt.type_string() }}) as channel,
    cast(programmes_monthly.sent_messages as {{ dbt.type_int() }}) as sent_messages,
    cast(programmes_monthly.answered_messages as {{ dbt.type_int() }}) as answered_messages,
    cast(tech_accounts_monthly.tech_touch_accounts as {{ dbt.type_int() }}) as tech_touch_accounts,
    cast(programmes_monthly.reached_accounts as {{ dbt.type_int() }}) as reached_accounts,
    cast(programmes_monthly.digitally_engaged_accounts as {{ dbt.type_int() }})
        as digitally_engaged_accounts,
    {{ ratio('programmes_monthly.answered_messages', 'programmes_monthly.sent_messages') }}
        as programme_response_rate,
    {{ ratio(
        'programmes_monthly.digitally_engaged_accounts', 'tech_accounts_monthly.tech_touch_accounts'
    ) }} as digital_engagement_rate,
    programmes_monthly.is_month_complete,
    programmes_monthly.month_start_date
from programmes_monthly
inner join tech_accounts_monthly
    on programmes_monthly.month_start_date = tech_accounts_monthly.month_start_date
