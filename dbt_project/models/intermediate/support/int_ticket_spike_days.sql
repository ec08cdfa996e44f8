with

tickets as (
    select * from {{ ref('fct_tickets') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

support_settings as (
    select * from {{ ref('support_settings') }}
),

settings as (
    select {{ chosen_settings([
        'spike_window_days', 'spike_baseline_days', 'spike_min_baseline_days', 'spike_min_tickets',
        'spike_deviations',
    ]) }}
    from support_settings
),

daily as (
    select
        account_id,
        created_date,
        count(*) as tickets
    from tickets
    where account_id is not null
    group by account_id, created_date
),

-- A window can only become a spike on a day on which a ticket comes in.
windows as (
    select
        daily.account_id,
        daily.created_date as date_day,
        least(
            {{ dbt.datediff(
                'accounts.first_customer_date',
                add_days('daily.created_date', '1 - settings.spike_window_days'), 'day'
            ) }},
            settings.spike_baseline_days
        ) as baseline_days,
        settings.spike_window_days,
        settings.spike_min_tickets,
        settings.spike_deviations,
        sum(case
            when
                earlier.created_date
                > {{ add_days('daily.created_date', '-settings.spike_window_days') }}
                then earlier.tickets
            else 0
        end) as window_tickets,
        sum(case
            when
                earlier.created_date
                <= {{ add_days('daily.created_date', '-settings.spike_window_days') }}
                then earlier.tickets
            else 0
        end) as baseline_tickets
    from daily
    inner join accounts
        on daily.account_id = accounts.account_id
    cross join settings
    inner join daily as earlier
        on
            daily.account_id = earlier.account_id
            and daily.created_date >= earlier.created_date
            and earlier.created_date > {{ add_days(
                'daily.created_date', '-settings.spike_window_days - settings.spike_baseline_days'
            ) }}
    where
        {{ dbt.datediff(
            'accounts.first_customer_date',
            add_days('daily.created_date', '1 - settings.spike_window_days'), 'day'
        ) }} >= settings.spike_min_baseline_days
    group by
        daily.account_id,
        daily.created_date,
        accounts.first_customer_date,
        settings.spike_window_days,
        settings.spike_baseline_days,
        settings.spike_min_tickets,
        settings.spike_deviations
),

usual as (
    select
        windows.*,
        {{ ratio('baseline_tickets * spike_window_days', 'baseline_days') }} as usual_tickets
    from windows
),

spike_days as (
    select
        account_id,
        spike_window_days,
        window_tickets,
        baseline_tickets,
        baseline_days,
        usual_tickets,
        date_day
    from usual
    where
        window_tickets >= spike_min_tickets
        and window_tickets > usual_tickets + spike_deviations * sqrt(usual_tickets)
)

select * from spike_days
