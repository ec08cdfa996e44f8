with

opportunities as (
    select * from {{ ref('crm_opportunities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

settings as (
    {{ renewal_settings_row(['opportunity_window_days']) }}
),

renewal_opportunities as (
    select
        opportunities.opportunity_id,
        coalesce(account_survivors.surviving_account_id, opportunities.account_id) as account_id,
        opportunities.contract_id,
        opportunities.currency,
        opportunities.forecast_category,
        opportunities.stage_name,
        opportunities.amount,
        opportunities.is_closed,
        opportunities.is_won,
        opportunities.loss_reason,
        opportunities.owner_user_id,
        coalesce(opportunities.renewal_date, opportunities.close_date) as renewal_date,
        cast(opportunities.created_at as date) as created_date,
        cast(
            case
                when opportunities.is_closed
                    then coalesce(opportunities.closed_at, opportunities.close_date)
            end as date
        ) as closed_date
    from opportunities
    left join account_survivors
        on opportunities.account_id = account_survivors.account_id
    where
        lower(opportunities.opportunity_type) like '%renewal%'
        and not coalesce(opportunities.is_deleted, false)
),

by_contract as (
    select
        renewal_opportunities.*,
        contracts.contract_id as term_contract_id,
        'contract_id' as match_rule,
        row_number() over (
            partition by contracts.contract_id
            order by
                renewal_opportunities.created_date asc, renewal_opportunities.opportunity_id asc
        ) as opportunity_number
    from renewal_opportunities
    inner join contracts
        on renewal_opportunities.contract_id = contracts.contract_id
    where contracts.is_term
),

-- Made before the join: DuckDB 2.0 loses rows where one condition of an inner join reads three
-- relations.
windows as (
    select
        contracts.contract_id,
        contracts.account_id,
        contracts.is_coterm_stub,
        contracts.due_date,
        {{ add_days('contracts.due_date', '-settings.opportunity_window_days') }} as window_from,
        {{ add_days('contracts.due_date', 'settings.opportunity_window_days') }} as window_to
    from contracts
    cross join settings
    where contracts.is_term
),

-- Without the id: the term of the account that ends nearest to the date, one for one.
pairs as (
    select
        renewal_opportunities.opportunity_id,
        windows.contract_id as term_contract_id,
        abs({{ dbt.datediff('windows.due_date', 'renewal_opportunities.renewal_date', 'day') }})
            as days_apart,
        case when windows.is_coterm_stub then 1 else 0 end as stub_rank
    from renewal_opportunities
    inner join windows
        on
            renewal_opportunities.account_id = windows.account_id
            and renewal_opportunities.renewal_date >= windows.window_from
            and renewal_opportunities.renewal_date <= windows.window_to
    left join by_contract as matched_opportunities
        on renewal_opportunities.opportunity_id = matched_opportunities.opportunity_id
    left join by_contract as matched_terms
        on windows.contract_id = matched_terms.term_contract_id
    where
        matched_opportunities.opportunity_id is null
        and matched_terms.opportunity_id is null
),

ranked_pairs as (
    select
        pairs.*,
        row_number() over (
            partition by opportunity_id order by days_apart asc, stub_rank asc, term_contract_id asc
        ) as term_number,
        row_number() over (
            partition by term_contract_id order by days_apart asc, opportunity_id asc
        ) as opportunity_number
    from pairs
)

select
    renewal_opportunities.*,
    coalesce(by_contract.term_contract_id, ranked_pairs.term_contract_id) as term_contract_id,
    case
        when by_contract.opportunity_id is not null then 'contract_id'
        when ranked_pairs.opportunity_id is not null then 'account_and_dates'
        else 'unmatched'
    end as match_rule
from renewal_opportunities
left join by_contract
    on
        renewal_opportunities.opportunity_id = by_contract.opportunity_id
        and by_contract.opportunity_number = 1
left join ranked_pairs
    on
        renewal_opportunities.opportunity_id = ranked_pairs.opportunity_id
        and ranked_pairs.term_number = 1
        and ranked_pairs.opportunity_number = 1
        and by_contract.opportunity_id is null
