with

facts as (
    select * from {{ ref('int_renewal_facts') }}
),

renewals as (
    select * from {{ ref('fct_renewals') }}
),

opportunities as (
    select * from {{ ref('int_renewal_opportunities') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

settings as (
    {{ renewal_settings_row(['timeline_days']) }}
),

-- A term needs an opportunity from the day on which its calendar opens.
lonely_terms as (
    select
        'term_without_opportunity' as side,
        renewals.contract_id as record_id,
        renewals.contract_id,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        renewals.account_id,
        renewals.owner_user_id,
        renewals.outcome as state,
        renewals.due_arr as arr,
        renewals.due_date
    from renewals
    cross join settings
    where
        renewals.opportunity_rule = 'unmatched'
        and renewals.due_date <= {{ add_days(as_of_day(), 'settings.timeline_days') }}
),

lonely_opportunities as (
    select
        'opportunity_without_term' as side,
        opportunities.opportunity_id as record_id,
        opportunities.contract_id,
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_user_id,
        case
            when not opportunities.is_closed then 'open'
            when opportunities.is_won then 'won'
            else 'lost'
        end as state,
        {{ at_rate(
            'cast(coalesce(opportunities.amount, 0) as decimal(18, 2))', 'plan_fx_rates.plan_rate'
        ) }} as arr,
        opportunities.renewal_date as due_date
    from opportunities
    left join plan_fx_rates
        on
            coalesce(opportunities.currency, '{{ var("reporting_currency") }}')
            = plan_fx_rates.currency
    left join facts
        on opportunities.term_contract_id = facts.contract_id
    where facts.contract_id is null
),

both_sides as (
    select * from lonely_terms
    union all
    select * from lonely_opportunities
)

select
    side,
    record_id,
    contract_id,
    opportunity_id,
    account_id,
    owner_user_id,
    state,
    cast(arr as decimal(18, 2)) as arr,
    due_date
from both_sides
