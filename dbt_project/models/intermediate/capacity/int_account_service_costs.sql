with

book_accounts as (
    select * from {{ ref('int_book_accounts_daily') }}
    where date_day = {{ as_of_day() }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

capacity_segments as (
    select * from {{ ref('int_capacity_segments') }}
),

time_allocation as (
    select * from {{ ref('hr_time_allocation') }}
),

time_categories as (
    select * from {{ ref('time_categories') }}
),

support_tickets as (
    select * from {{ ref('support_tickets') }}
),

revenue_settings as (
    select * from {{ ref('int_revenue_settings') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings([
        'cost_window_days', 'days_per_month', 'support_hours_per_ticket', 'support_cost_per_hour',
    ]) }}
    from capacity_settings
),

bounds as (
    select
        settings.*,
        {{ add_days(as_of_day(), '-cost_window_days') }} as window_start_date
    from settings
),

logged as (
    select
        time_allocation.user_id,
        sum(time_allocation.hours) as hours
    from time_allocation
    inner join time_categories
        on {{ label_key('time_allocation.category') }} = time_categories.category_label
    inner join bounds
        on time_allocation.week_start > bounds.window_start_date
    where time_categories.is_customer_facing
    group by time_allocation.user_id
),

books as (
    select
        csm_user_id,
        sum(effort_hours) as effort_hours
    from book_accounts
    group by csm_user_id
),

tickets as (
    select
        support_tickets.account_id,
        count(*) as tickets
    from support_tickets
    inner join bounds
        on cast(support_tickets.created_at as date) > bounds.window_start_date
    where not coalesce(support_tickets.is_deleted, false)
    group by support_tickets.account_id
),

-- Logged hours of a CSM are shared out by what each account of the book asks for.
account_hours as (
    select
        book_accounts.*,
        case
            when logged.user_id is null then 'effort_weights'
            else 'time_allocation'
        end as csm_hours_source,
        cast(
            coalesce(
                {{ ratio('logged.hours * bounds.days_per_month', 'bounds.cost_window_days') }}
                * {{ ratio('book_accounts.effort_hours', 'books.effort_hours') }},
                book_accounts.effort_hours
            ) as decimal(12, 4)
        ) as csm_hours,
        cast(
            {{ ratio(
                'coalesce(tickets.tickets, 0) * bounds.support_hours_per_ticket'
                ~ ' * bounds.days_per_month',
                'bounds.cost_window_days'
            ) }} as decimal(12, 4)
        ) as support_hours,
        coalesce(csm_roster.cost_per_hour, capacity_segments.cost_per_hour) as csm_cost_per_hour,
        bounds.support_cost_per_hour,
        revenue_settings.gross_margin
    from book_accounts
    cross join bounds
    left join logged
        on book_accounts.csm_user_id = logged.user_id
    left join books
        on book_accounts.csm_user_id = books.csm_user_id
    left join tickets
        on book_accounts.account_id = tickets.account_id
    left join csm_roster
        on book_accounts.csm_user_id = csm_roster.csm_user_id
    left join capacity_segments
        on coalesce(book_accounts.segment, '(none)') = capacity_segments.segment
    left join revenue_settings
        on coalesce(book_accounts.segment, '(none)') = revenue_settings.segment
)

select * from account_hours
