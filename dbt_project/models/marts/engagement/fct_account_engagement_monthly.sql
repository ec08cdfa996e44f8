with

account_months as (
    select * from {{ ref('int_engagement_account_months') }}
),

counts_monthly as (
    select * from {{ ref('int_engagement_counts_monthly') }}
),

sponsors_monthly as (
    select * from {{ ref('int_engagement_sponsors_monthly') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['executive_window_days', 'multi_threaded_contacts']) }}
    from engagement_settings
)

select
    cast(account_months.account_id as {{ dbt.type_string() }}) as account_id,
    cast(account_months.segment as {{ dbt.type_string() }}) as segment,
    cast(account_months.region as {{ dbt.type_string() }}) as region,
    cast(account_months.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(account_months.team as {{ dbt.type_string() }}) as team,
    cast(account_months.touch_model as {{ dbt.type_string() }}) as touch_model,
    {%- for column, count in [
        ('meetings', 'meeting_count'), ('window_meetings', 'window_meeting_count'),
        ('met_contacts', 'met_contact_count'), ('engaged_contacts', 'engaged_contact_count'),
        ('executive_contacts', 'executive_contact_count'),
        ('messages', 'programme_message_count'), ('answers', 'programme_answer_count'),
    ] %}
    cast(coalesce(counts_monthly.{{ column }}, 0) as {{ dbt.type_int() }}) as {{ count }},
    {%- endfor %}
    cast(coalesce(sponsors_monthly.sponsors, 0) as {{ dbt.type_int() }}) as executive_sponsor_count,
    cast(
        {{ dbt.datediff(
            'counts_monthly.last_two_way_contact_date', 'account_months.state_date', 'day'
        ) }}
        as {{ dbt.type_int() }}
    ) as days_since_two_way_contact,
    cast(account_months.arr as decimal(18, 2)) as arr,
    coalesce(counts_monthly.engaged_contacts >= settings.multi_threaded_contacts, false)
        as is_multi_threaded,
    sponsors_monthly.account_id is not null as executive_sponsor_known,
    sponsors_monthly.account_id is not null
    and coalesce(
        {{ add_days(
            'counts_monthly.last_executive_meeting_date', 'settings.executive_window_days'
        ) }}
        > account_months.state_date,
        false
    ) as is_executive_sponsor_covered,
    coalesce(counts_monthly.window_answers > 0, false) as is_digitally_engaged,
    account_months.is_window_complete,
    account_months.is_month_complete,
    account_months.month_start_date,
    account_months.state_date,
    counts_monthly.last_meeting_date,
    counts_monthly.last_two_way_contact_date,
    counts_monthly.last_executive_meeting_date
from account_months
cross join settings
left join counts_monthly
    on
        account_months.account_id = counts_monthly.account_id
        and account_months.month_start_date = counts_monthly.month_start_date
left join sponsors_monthly
    on
        account_months.account_id = sponsors_monthly.account_id
        and account_months.month_start_date = sponsors_monthly.month_start_date
