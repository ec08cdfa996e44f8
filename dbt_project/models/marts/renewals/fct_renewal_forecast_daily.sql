{%- set first_day = first_new_snapshot() -%}
{%- set last_day = last_new_day(first_day) -%}

with

states as (
    select * from {{ ref('int_renewal_states_daily') }}
    where {{ is_new_day(first_day, last_day, 'snapshot_date') }}
),

risk_daily as (
    select * from {{ ref('int_renewal_risk_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

call_intervals as (
    select * from {{ ref('int_renewal_call_intervals') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

categories as (
    select * from {{ ref('crm_forecast_categories') }}
),

probabilities as (
    select * from {{ ref('renewal_probabilities') }}
),

judged as (
    select
        states.*,
        account_history.segment,
        account_history.region,
        account_history.csm_user_id,
        case
            when states.is_notice_given then 'notice_given'
            when states.opportunity_id is null then 'none'
            else coalesce(categories.forecast_category, 'none')
        end as forecast_category,
        coalesce(risk_daily.risk_band, 'unknown') as risk_band,
        coalesce(call_intervals.csm_call, 'none') as csm_call,
        case when states.opportunity_id is null then 0 else coalesce(categories.in_commit, 0) end
            as in_commit,
        case when states.opportunity_id is null then 0 else coalesce(categories.in_best_case, 0) end
            as in_best_case,
        case when states.opportunity_id is null then 0 else coalesce(categories.in_pipeline, 0) end
            as in_pipeline,
        case
            when states.opportunity_rule = 'main_contract' then states.due_arr
            else least(states.crm_arr, states.due_arr)
        end as crm_arr_of_due
    from states
    left join account_history
        on
            states.account_id = account_history.account_id
            and states.snapshot_date >= account_history.valid_from
            and coalesce(states.snapshot_date < account_history.valid_to, true)
    left join categories
        on {{ label_key('states.crm_category') }} = categories.label
    left join risk_daily
        on
            states.account_id = risk_daily.account_id
            and states.snapshot_date = risk_daily.date_day
    left join call_intervals
        on
            states.account_id = call_intervals.account_id
            and states.snapshot_date >= call_intervals.valid_from
            and states.snapshot_date < call_intervals.valid_to
),

-- What is settled counts with what came of it, what is open with its probability.
weighed as (
    select
        judged.*,
        case judged.state
            when 'churned' then cast(0 as decimal(5, 4))
            when 'renewed' then cast(1 as decimal(5, 4))
            else probabilities.probability
        end as probability
    from judged
    left join probabilities
        on
            judged.forecast_category = probabilities.forecast_category
            and judged.risk_band = probabilities.risk_band
            and judged.csm_call = probabilities.csm_call
)

select
    contract_id,
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    {{ quarter_name('due_date') }} as due_quarter,
    state,
    forecast_category,
    risk_band,
    csm_call,
    cast(plan_year as {{ dbt.type_int() }}) as plan_year,
    cast(probability as decimal(5, 4)) as probability,
    cast(due_arr as decimal(18, 2)) as due_arr,
    cast(
        case state
            when 'renewed' then least(known_arr, due_arr)
            when 'churned' then 0
            else due_arr * probability
        end as decimal(18, 2)
    ) as forecast_arr,
    {%- for roll_up in ['commit', 'best_case', 'pipeline'] %}
    cast(crm_arr_of_due * in_{{ roll_up }} as decimal(18, 2)) as crm_{{ roll_up }}_arr,
    {%- endfor %}
    is_coterm_stub,
    due_date,
    snapshot_date
from weighed
