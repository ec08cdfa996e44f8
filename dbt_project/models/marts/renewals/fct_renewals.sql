{%- set horizons = [180, 90, 60, 30] -%}

with

facts as (
    select * from {{ ref('int_renewal_facts') }}
),

amounts as (
    select * from {{ ref('int_renewal_amounts') }}
    where plan_year = {{ as_of_year() }}
),

opportunities as (
    select * from {{ ref('int_renewal_opportunities') }}
),

categories as (
    select * from {{ ref('crm_forecast_categories') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

risk_daily as (
    select * from {{ ref('int_renewal_risk_daily') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

-- A term that went over into another one before its end is due there.
judged as (
    select
        facts.*,
        {{ renewal_state('facts', as_of_day()) }} as state,
        {{ renewal_closed_date('facts', as_of_day()) }} as closed_date,
        least(facts.due_date, {{ as_of_day() }}) as ownership_date,
        coalesce(facts.resume_date <= {{ as_of_day() }}, false) as is_billed_again
    from facts
    where not facts.is_transferred
),

valued as (
    select
        judged.*,
        amounts.arr_source,
        amounts.due_arr,
        case
            when judged.state <> 'renewed' then 0
            when judged.is_billed_again then amounts.billed_arr
            when judged.successor_signed_date is not null then amounts.committed_arr
            when judged.won_date is not null and judged.opportunity_rule <> 'main_contract'
                then {{ at_rate('coalesce(opportunities.amount, 0)', 'plan_fx_rates.plan_rate') }}
            else amounts.due_arr
        end as renewed_arr,
        case
            when judged.state <> 'renewed' then null
            when judged.is_billed_again then 'ledger'
            when judged.successor_signed_date is not null then 'contract'
            when judged.won_date is not null and judged.opportunity_rule <> 'main_contract'
                then 'opportunity'
            else 'notice'
        end as renewed_arr_source,
        opportunities.owner_user_id as opportunity_owner_user_id,
        opportunities.stage_name,
        categories.forecast_category,
        coalesce(categories.is_at_risk, false) as is_forecast_at_risk
    from judged
    inner join amounts
        on judged.contract_id = amounts.contract_id
    left join opportunities
        on judged.opportunity_id = opportunities.opportunity_id
    left join categories
        on {{ label_key('opportunities.forecast_category') }} = categories.label
    left join plan_fx_rates
        on coalesce(opportunities.currency, judged.currency) = plan_fx_rates.currency
),

outcomes as (
    select
        valued.*,
        case
            when state = 'churned' then 'churned'
            when state = 'renewed' and renewed_arr <= 0 and due_arr > 0 then 'churned'
            when state = 'renewed' and renewed_arr < due_arr then 'contracted'
            when state = 'renewed' and renewed_arr > due_arr then 'expanded'
            when state = 'renewed' then 'renewed'
            when due_date <= {{ as_of_day() }} then 'overdue'
            else 'pending'
        end as outcome
    from valued
)

select
    outcomes.contract_id,
    outcomes.account_id,
    outcomes.opportunity_id,
    outcomes.successor_contract_id,
    account_history.owner_user_id,
    account_history.csm_user_id,
    account_history.segment,
    account_history.region,
    {{ quarter_name('outcomes.due_date') }} as due_quarter,
    outcomes.outcome,
    case
        when outcomes.outcome in ('renewed', 'contracted', 'expanded')
            then case
                when outcomes.closed_date > outcomes.due_date then 'late'
                when outcomes.closed_date
                    < {{ dbt.date_trunc('quarter', 'outcomes.due_date') }} then 'early'
                else 'on_time'
            end
    end as timing,
    outcomes.forecast_category,
    outcomes.stage_name as opportunity_stage,
    coalesce(outcomes.successor_rule, 'none') as successor_rule,
    outcomes.opportunity_rule,
    case when outcomes.outcome in ('churned', 'contracted') then outcomes.loss_reason end as reason,
    outcomes.arr_source,
    outcomes.renewed_arr_source,
    cast(outcomes.successor_count as {{ dbt.type_int() }}) as successor_count,
    cast(outcomes.term_months as {{ dbt.type_int() }}) as term_months,
    {%- for days in horizons %}
    cast(risk_{{ days }}.health_score as decimal(7, 2)) as health_score_{{ days }}d,
    risk_{{ days }}.health_band as health_band_{{ days }}d,
    cast(risk_{{ days }}.churn_risk as double) as churn_risk_{{ days }}d,
    {%- endfor %}
    risk_now.health_band as health_band_now,
    cast(outcomes.due_arr as decimal(18, 2)) as due_arr,
    cast(outcomes.renewed_arr as decimal(18, 2)) as renewed_arr,
    cast(least(outcomes.renewed_arr, outcomes.due_arr) as decimal(18, 2)) as retained_arr,
    cast(
        case when outcomes.outcome = 'churned' then outcomes.due_arr else 0 end as decimal(18, 2)
    ) as churned_arr,
    cast(
        case
            when outcomes.outcome = 'contracted' then outcomes.due_arr - outcomes.renewed_arr
            else 0
        end as decimal(18, 2)
    ) as contracted_arr,
    cast(
        case
            when outcomes.outcome = 'expanded' then outcomes.renewed_arr - outcomes.due_arr
            else 0
        end as decimal(18, 2)
    ) as uplift_arr,
    cast(
        case when outcomes.outcome in ('pending', 'overdue') then outcomes.due_arr else 0 end
        as decimal(18, 2)
    ) as undecided_arr,
    outcomes.is_auto_renewing,
    outcomes.is_coterm_stub,
    outcomes.outcome in ('pending', 'overdue')
    and (
        coalesce(risk_now.health_band = 'red', false)
        or outcomes.is_forecast_at_risk
    ) as is_at_risk,
    outcomes.outcome = 'pending'
    and outcomes.due_date <= {{ add_days(as_of_day(), 90) }} as is_due_within_90d,
    outcomes.start_date,
    outcomes.due_date,
    outcomes.notice_deadline_date,
    outcomes.notice_date,
    outcomes.closed_date,
    outcomes.resume_date as going_on_date
from outcomes
left join account_history
    on
        outcomes.account_id = account_history.account_id
        and outcomes.ownership_date >= account_history.valid_from
        and coalesce(outcomes.ownership_date < account_history.valid_to, true)
{%- for days in horizons %}
left join risk_daily as risk_{{ days }}
    on
        outcomes.account_id = risk_{{ days }}.account_id
        and {{ add_days('outcomes.due_date', -days) }} = risk_{{ days }}.date_day
{%- endfor %}
left join risk_daily as risk_now
    on
        outcomes.account_id = risk_now.account_id
        and risk_now.date_day = {{ as_of_day() }}
