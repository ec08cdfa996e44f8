with

spike_days as (
    select * from {{ ref('int_ticket_spike_days') }}
),

follow_ups as (
    select
        spike_days.*,
        coalesce(
            date_day > {{ add_days(
                'lag(date_day) over (partition by account_id order by date_day asc)',
                'spike_window_days'
            ) }},
            true
        ) as is_start
    from spike_days
),

-- Days less than a window apart are one spike.
numbered as (
    select
        follow_ups.*,
        sum(case when is_start then 1 else 0 end) over (
            partition by account_id order by date_day asc
        ) as spike_number
    from follow_ups
),

ranked as (
    select
        numbered.*,
        row_number() over (
            partition by account_id, spike_number order by window_tickets desc, date_day asc
        ) as height_number
    from numbered
),

spikes as (
    select
        account_id,
        min(date_day) as start_date,
        max(date_day) as last_ticket_date,
        max({{ add_days('date_day', 'spike_window_days') }}) as end_date,
        max(case when height_number = 1 then window_tickets end) as tickets,
        max(case when height_number = 1 then usual_tickets end) as usual_tickets,
        max(case when height_number = 1 then baseline_tickets end) as baseline_tickets,
        max(case when height_number = 1 then baseline_days end) as baseline_days
    from ranked
    group by account_id, spike_number
)

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(tickets as {{ dbt.type_int() }}) as tickets,
    cast(baseline_tickets as {{ dbt.type_int() }}) as baseline_tickets,
    cast(baseline_days as {{ dbt.type_int() }}) as baseline_days,
    cast(usual_tickets as decimal(18, 4)) as usual_tickets,
    end_date > {{ as_of_day() }} as is_running,
    start_date,
    last_ticket_date,
    end_date
from spikes
