with

leads as (
    select * from {{ ref('int_expansion_leads') }}
),

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['lead_match_days']) }} from expansion_settings
),

windows as (
    select
        leads.lead_id,
        leads.account_id,
        leads.created_date,
        {{ add_days('leads.created_date', 'settings.lead_match_days') }} as last_date
    from leads
    cross join settings
    where leads.lead_origin = 'call_to_action'
),

-- An opportunity came of the newest lead before it ...
by_opportunity as (
    select
        windows.lead_id,
        opportunities.opportunity_id,
        opportunities.created_date as handed_off_date,
        row_number() over (
            partition by opportunities.opportunity_id
            order by windows.created_date desc, windows.lead_id asc
        ) as lead_number
    from windows
    inner join opportunities
        on
            windows.account_id = opportunities.account_id
            and windows.created_date <= opportunities.created_date
            and windows.last_date >= opportunities.created_date
    where not opportunities.is_from_cs
),

-- ... and a lead was handed over with its first.
by_lead as (
    select
        by_opportunity.*,
        row_number() over (
            partition by lead_id order by handed_off_date asc, opportunity_id asc
        ) as opportunity_number
    from by_opportunity
    where lead_number = 1
),

matches as (
    select
        lead_id,
        opportunity_id,
        handed_off_date
    from by_lead
    where opportunity_number = 1
    union all
    select
        lead_id,
        opportunity_id,
        created_date as handed_off_date
    from leads
    where lead_origin = 'opportunity'
)

select * from matches
