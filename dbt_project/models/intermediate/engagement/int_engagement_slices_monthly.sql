with

account_engagement_monthly as (
    select * from {{ ref('fct_account_engagement_monthly') }}
),

slices as (
    select
        account_engagement_monthly.*,
        'company' as slice_type,
        'company' as slice_value
    from account_engagement_monthly
    {%- for slice_type, column in [
        ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'), ('team', 'team'),
    ] %}
    union all
    select
        account_engagement_monthly.*,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from account_engagement_monthly
    {%- endfor %}
),

slices_monthly as (
    select
        slice_type,
        slice_value,
        is_window_complete,
        is_month_complete,
        month_start_date,
        count(*) as accounts,
        sum(meeting_count) as meetings,
        {{ counted('window_meeting_count > 0') }} as met_accounts,
        {{ counted('is_multi_threaded') }} as multi_threaded_accounts,
        {{ counted('executive_sponsor_known') }} as accounts_with_sponsor,
        {{ counted('is_executive_sponsor_covered') }} as sponsor_covered_accounts,
        {{ counted("touch_model = 'tech'") }} as tech_touch_accounts,
        {{ counted("touch_model = 'tech' and is_digitally_engaged") }}
            as digitally_engaged_accounts,
        sum(case when touch_model = 'tech' then programme_message_count else 0 end) as messages,
        sum(case when touch_model = 'tech' then programme_answer_count else 0 end) as answers
    from slices
    group by slice_type, slice_value, is_window_complete, is_month_complete, month_start_date
)

select * from slices_monthly
