with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

csms as (
    select * from {{ ref('dim_csms') }}
),

-- The month that retention over a year compares the as-of month with.
year_before as (
    select * from {{ ref('fct_arr_movements_monthly') }}
    where {{ month_number('month_start_date') }} = {{ month_number(as_of_day()) }} - 12
),

cost_to_serve as (
    select * from {{ ref('fct_account_cost_to_serve') }}
),

renewals as (
    select * from {{ ref('int_account_360_renewals') }}
),

health as (
    select * from {{ ref('int_account_360_health') }}
),

open_work as (
    select * from {{ ref('int_account_360_work') }}
),

relations as (
    select * from {{ ref('int_account_360_relations') }}
)

select
    accounts.account_id,
    accounts.surviving_account_id,
    accounts.account_name,
    accounts.parent_account_id,
    accounts.ultimate_parent_account_id,
    parents.account_name as ultimate_parent_name,
    accounts.segment,
    accounts.region,
    accounts.industry,
    accounts.lifecycle_stage,
    accounts.owner_user_id,
    accounts.csm_user_id,
    csms.csm_name,
    csms.team,
    cost_to_serve.touch_model,
    accounts.currency,
    accounts.reporting_currency,
    renewals.contract_id as next_renewal_contract_id,
    renewals.outcome as next_renewal_status,
    renewals.forecast_category,
    health.band as health_band,
    health.reason_1 as health_reason_1,
    health.reason_2 as health_reason_2,
    health.reason_3 as health_reason_3,
    health.override_band,
    health.override_reason,
    health.churn_risk_band,
    relations.expansion_signal,
    relations.expansion_evidence,
    cast(renewals.days_to_renewal as {{ dbt.type_int() }}) as days_to_renewal,
    cast(coalesce(renewals.warnings, 0) as {{ dbt.type_int() }}) as renewal_warnings,
    cast(health.adoption_numerator as {{ dbt.type_int() }}) as active_users,
    cast(health.adoption_denominator as {{ dbt.type_int() }}) as seats,
    {%- for column in [
        'open_tickets', 'open_tasks', 'overdue_tasks', 'open_actions', 'overdue_actions',
        'open_escalations',
    ] %}
    cast(coalesce(open_work.{{ column }}, 0) as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    cast(coalesce(open_work.open_data_issues, 0) as {{ dbt.type_int() }}) as data_issues,
    cast(health.csat_denominator as {{ dbt.type_int() }}) as rated_tickets,
    cast(relations.window_meeting_count as {{ dbt.type_int() }}) as recent_meetings,
    cast(relations.met_contact_count as {{ dbt.type_int() }}) as met_contacts,
    cast(relations.engaged_contact_count as {{ dbt.type_int() }}) as engaged_contacts,
    cast(relations.days_since_last_meeting as {{ dbt.type_int() }}) as days_since_last_meeting,
    cast(coalesce(relations.open_expansion_signals, 0) as {{ dbt.type_int() }})
        as open_expansion_signals,
    accounts.arr,
    cast(coalesce(year_before.closing_arr, 0) as decimal(18, 2)) as arr_year_before,
    renewals.due_arr as next_renewal_arr,
    cast(coalesce(open_work.issues_arr_at_stake, 0) as decimal(18, 2)) as data_issues_arr_at_stake,
    relations.expansion_estimated_arr,
    health.score as health_score,
    health.score_change_30d as health_score_change_30d,
    health.churn_risk,
    health.first_response_hours,
    health.nps,
    health.csm_sentiment,
    {{ ratio('health.adoption_numerator', 'health.adoption_denominator') }} as adoption_rate,
    {{ ratio('health.csat_numerator', 'health.csat_denominator') }} as csat_rate,
    accounts.is_customer as is_active,
    accounts.is_merged,
    accounts.is_deleted,
    coalesce(renewals.is_at_risk, false) as is_renewal_at_risk,
    coalesce(health.is_overridden, false) as is_health_overridden,
    relations.executive_sponsor_known as has_executive_sponsor,
    relations.is_executive_sponsor_covered,
    accounts.first_customer_date,
    accounts.churned_date,
    renewals.due_date as next_renewal_date,
    relations.last_meeting_date,
    health.override_end_date,
    {{ as_of_day() }} as as_of_date
from accounts
left join accounts as parents
    on accounts.ultimate_parent_account_id = parents.account_id
left join csms
    on accounts.csm_user_id = csms.csm_user_id
left join cost_to_serve
    on accounts.account_id = cost_to_serve.account_id
left join renewals
    on accounts.account_id = renewals.account_id
left join health
    on accounts.account_id = health.account_id
left join open_work
    on accounts.account_id = open_work.account_id
left join relations
    on accounts.account_id = relations.account_id
left join year_before
    on accounts.account_id = year_before.account_id
