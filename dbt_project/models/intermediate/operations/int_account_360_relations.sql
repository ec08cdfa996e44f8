with

engagement as (
    select * from {{ ref('fct_account_engagement_monthly') }}
    where month_start_date = cast({{ dbt.date_trunc('month', as_of_day()) }} as date)
),

expansion_signals as (
    select * from {{ ref('fct_expansion_signals') }}
    where is_open
),

-- Signals of one account are about the same money, so the largest one stands for all.
signals as (
    select
        account_id,
        count(*) as open_expansion_signals,
        max(case when is_largest_open then signal_name end) as expansion_signal,
        max(case when is_largest_open then latest_evidence end) as expansion_evidence,
        max(case when is_largest_open then estimated_arr end) as expansion_estimated_arr
    from expansion_signals
    group by account_id
)

select
    coalesce(engagement.account_id, signals.account_id) as account_id,
    engagement.window_meeting_count,
    engagement.met_contact_count,
    engagement.engaged_contact_count,
    engagement.executive_sponsor_known,
    engagement.is_executive_sponsor_covered,
    engagement.last_meeting_date,
    {{ dbt.datediff('engagement.last_meeting_date', as_of_day(), 'day') }}
        as days_since_last_meeting,
    coalesce(signals.open_expansion_signals, 0) as open_expansion_signals,
    signals.expansion_signal,
    signals.expansion_evidence,
    signals.expansion_estimated_arr
from engagement
full outer join signals
    on engagement.account_id = signals.account_id
