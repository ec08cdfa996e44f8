with

leads as (
    select * from {{ ref('int_expansion_leads') }}
),

matches as (
    select * from {{ ref('int_expansion_lead_matches') }}
),

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

signals as (
    select * from {{ ref('fct_expansion_signals') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['lead_accept_days']) }} from expansion_settings
),

-- The largest signal that stood when the lead was opened.
signals_behind as (
    select
        leads.lead_id,
        signals.signal_type,
        row_number() over (
            partition by leads.lead_id
            order by
                signals.estimated_arr desc nulls last, signals.began_date asc,
                signals.signal_type asc
        ) as size_number
    from leads
    inner join signals
        on
            leads.account_id = signals.account_id
            and leads.created_date >= signals.began_date
            and coalesce(leads.created_date < signals.ended_date, true)
),

-- Sales may take a lead before its step is ticked off: then it is qualified by that.
followed as (
    select
        leads.lead_id,
        leads.account_id,
        leads.lead_owner_user_id,
        leads.lead_origin,
        matches.opportunity_id,
        matches.handed_off_date,
        leads.created_date,
        coalesce(
            least(leads.qualified_date, matches.handed_off_date),
            leads.qualified_date,
            matches.handed_off_date
        ) as qualified_date
    from leads
    left join matches
        on leads.lead_id = matches.lead_id
),

timed as (
    select
        followed.*,
        {{ add_days('followed.qualified_date', 'settings.lead_accept_days') }} as last_accept_date,
        {{ dbt.datediff('followed.qualified_date', 'followed.handed_off_date', 'day') }}
            as days_to_hand_off
    from followed
    cross join settings
)

select
    cast(timed.lead_id as {{ dbt.type_string() }}) as lead_id,
    cast(timed.account_id as {{ dbt.type_string() }}) as account_id,
    timed.opportunity_id,
    timed.lead_owner_user_id,
    opportunities.owner_user_id as seller_user_id,
    account_history.csm_user_id,
    hr_employees.team,
    account_history.segment,
    account_history.region,
    timed.lead_origin,
    signals_behind.signal_type,
    case
        when timed.opportunity_id is not null then 'accepted'
        when timed.qualified_date is null then 'not_qualified'
        when timed.last_accept_date >= {{ as_of_day() }} then 'waiting'
        else 'orphan'
    end as lead_status,
    case
        when timed.opportunity_id is null then cast(null as {{ dbt.type_string() }})
        when opportunities.is_won then 'won'
        when opportunities.is_closed then 'lost'
        else 'open'
    end as outcome,
    opportunities.stage_name,
    cast(timed.days_to_hand_off as {{ dbt.type_int() }}) as days_to_hand_off,
    case
        when timed.opportunity_id is not null
            then cast(
                {{ at_rate('opportunities.arr_local', 'opportunities.plan_rate') }}
                as decimal(18, 2)
            )
    end as opportunity_arr,
    timed.qualified_date is not null as is_qualified,
    coalesce(
        timed.handed_off_date <= timed.last_accept_date
        or timed.last_accept_date < {{ as_of_day() }}, false
    ) as is_acceptance_due,
    coalesce(timed.handed_off_date <= timed.last_accept_date, false) as is_accepted_in_time,
    timed.created_date,
    timed.qualified_date,
    timed.handed_off_date,
    opportunities.closed_date
from timed
left join opportunities
    on timed.opportunity_id = opportunities.opportunity_id
left join signals_behind
    on
        timed.lead_id = signals_behind.lead_id
        and signals_behind.size_number = 1
left join account_history
    on
        timed.account_id = account_history.account_id
        and timed.created_date >= account_history.valid_from
        and coalesce(timed.created_date < account_history.valid_to, true)
left join hr_employees
    on account_history.csm_user_id = hr_employees.user_id
