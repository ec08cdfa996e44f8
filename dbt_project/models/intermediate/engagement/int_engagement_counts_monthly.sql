with

account_months as (
    select * from {{ ref('int_engagement_account_months') }}
),

dealings as (
    select * from {{ ref('int_engagement_dealings') }}
),

contacts as (
    select * from {{ ref('int_engagement_contacts') }}
),

sponsors_monthly as (
    select * from {{ ref('int_engagement_sponsors_monthly') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings([
        'engagement_window_days', 'executive_window_days', 'digital_window_days',
    ]) }}
    from engagement_settings
),

-- A dealing counts from the day on which it is known, a contact until the day on which they left.
known as (
    select
        account_months.account_id,
        account_months.month_start_date,
        account_months.state_date,
        dealings.dealing_type,
        dealings.done_date,
        dealings.known_date,
        {%- for window in ['engagement', 'executive', 'digital'] %}
        {{ add_days('dealings.done_date', 'settings.' ~ window ~ '_window_days') }}
        > account_months.state_date as is_in_{{ window }}_window,
        {%- endfor %}
        case
            when coalesce(contacts.departed_date > account_months.state_date, true)
                then dealings.contact_id
        end as contact_id,
        case
            when dealings.dealing_type = 'meeting'
                then
                    contacts.is_executive_sponsor
                    and contacts.known_date <= account_months.state_date
                    and coalesce(contacts.departed_date > account_months.state_date, true)
            else
                dealings.is_sponsor_present
                and dealings.done_date >= sponsors_monthly.first_known_date
        end as is_with_sponsor
    from account_months
    cross join settings
    inner join dealings
        on
            account_months.account_id = dealings.account_id
            and account_months.state_date >= dealings.known_date
            and coalesce(account_months.state_date < dealings.deleted_date, true)
    left join contacts
        on
            dealings.contact_id = contacts.contact_id
            and dealings.account_id = contacts.account_id
    left join sponsors_monthly
        on
            account_months.account_id = sponsors_monthly.account_id
            and account_months.month_start_date = sponsors_monthly.month_start_date
),

-- What was recorded in a later month than it took place counts in that month, once.
counts_monthly as (
    select
        known.account_id,
        known.month_start_date,
        {%- for dealing_type in ['meeting', 'message', 'answer'] %}
        {{ counted("known.dealing_type = '" ~ dealing_type
            ~ "' and known.known_date >= known.month_start_date") }} as {{ dealing_type }}s,
        {%- endfor %}
        {{ counted("known.dealing_type = 'meeting' and known.is_in_engagement_window") }}
            as window_meetings,
        count(distinct case
            when known.dealing_type = 'meeting' and known.is_in_engagement_window
                then known.contact_id
        end) as met_contacts,
        count(distinct case
            when
                known.dealing_type in ('meeting', 'reply', 'answer')
                and known.is_in_engagement_window
                then known.contact_id
        end) as engaged_contacts,
        count(distinct case
            when known.is_with_sponsor and known.is_in_executive_window
                then known.contact_id
        end) as executive_contacts,
        {{ counted("known.dealing_type = 'answer' and known.is_in_digital_window") }}
            as window_answers,
        max(case when known.dealing_type = 'meeting' then known.done_date end)
            as last_meeting_date,
        max(case when known.dealing_type in ('meeting', 'reply', 'review') then known.done_date end)
            as last_two_way_contact_date,
        max(case when known.is_with_sponsor then known.done_date end)
            as last_executive_meeting_date
    from known
    group by known.account_id, known.month_start_date
)

select * from counts_monthly
