with

boundaries as (
    select * from {{ ref('int_renewal_boundaries') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

after_items as (
    select * from {{ ref('int_renewal_after_items') }}
),

due_items as (
    select * from {{ ref('int_renewal_due_items') }}
),

subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

opportunities as (
    select * from {{ ref('int_renewal_opportunities') }}
),

-- Signed when the first of its successors is; going on from the first day with ARR after the end.
going_on as (
    select
        contract_id,
        min(signed_date) as successor_signed_date,
        min(case when signed_date is not null then going_on_from end) as successor_start_date,
        count(distinct case when match_rule <> 'same_contract' then successor_contract_id end)
            as successor_count,
        min(case when match_rule <> 'same_contract' then successor_contract_id end)
            as successor_contract_id,
        min(match_rule) as successor_rule,
        min(case when arr_local > 0 then resume_date end) as resume_date
    from after_items
    group by contract_id
),

-- A stub has no opportunity of its own: that of the contract which it ends with is about it too.
mains as (
    select
        stubs.contract_id,
        min(mains.contract_id) as main_contract_id
    from contracts as stubs
    inner join contracts as mains
        on
            stubs.account_id = mains.account_id
            and stubs.due_date = mains.due_date
    inner join opportunities
        on mains.contract_id = opportunities.term_contract_id
    where stubs.is_coterm_stub and not mains.is_coterm_stub
    group by stubs.contract_id
),

-- Notice is given when every subscription of the term is known to end by its end.
notices as (
    select
        boundaries.contract_id,
        case
            when
                count(*) = sum(
                    case
                        when
                            cast(coalesce(subscriptions.cancel_at, subscriptions.ended_at) as date)
                            <= boundaries.due_date
                            and subscriptions.canceled_at is not null
                            then 1
                        else 0
                    end
                )
                then cast(max(subscriptions.canceled_at) as date)
        end as notice_date
    from boundaries
    inner join due_items
        on boundaries.contract_id = due_items.contract_id
    inner join subscriptions
        on due_items.subscription_id = subscriptions.subscription_id
    group by boundaries.contract_id
)

select
    boundaries.contract_id,
    boundaries.account_id,
    contracts.contract_account_id,
    contracts.previous_contract_id,
    going_on.successor_contract_id,
    going_on.successor_rule,
    coalesce(going_on.successor_count, 0) as successor_count,
    opportunities.opportunity_id,
    case
        when opportunities.opportunity_id is null then 'unmatched'
        when opportunities.term_contract_id <> boundaries.contract_id then 'main_contract'
        else opportunities.match_rule
    end as opportunity_rule,
    opportunities.loss_reason,
    contracts.currency,
    contracts.term_months,
    contracts.is_auto_renewing,
    contracts.is_coterm_stub,
    boundaries.is_transferred,
    boundaries.start_date,
    boundaries.due_date,
    boundaries.term_end_date,
    contracts.notice_deadline_date,
    contracts.signed_date,
    boundaries.service_end_date,
    going_on.resume_date,
    going_on.successor_signed_date,
    going_on.successor_start_date,
    notices.notice_date,
    opportunities.created_date as opportunity_created_date,
    opportunities.closed_date as opportunity_closed_date,
    case when opportunities.is_won then opportunities.closed_date end as won_date,
    case
        when opportunities.is_closed and not opportunities.is_won then opportunities.closed_date
    end as lost_date
from boundaries
inner join contracts
    on boundaries.contract_id = contracts.contract_id
left join going_on
    on boundaries.contract_id = going_on.contract_id
left join notices
    on boundaries.contract_id = notices.contract_id
left join mains
    on boundaries.contract_id = mains.contract_id
left join opportunities as own_opportunities
    on boundaries.contract_id = own_opportunities.term_contract_id
left join opportunities
    on
        coalesce(own_opportunities.term_contract_id, mains.main_contract_id)
        = opportunities.term_contract_id
