with

crm_opportunities as (
    select * from {{ ref('crm_opportunities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

labels as (
    select * from {{ ref('expansion_labels') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['pipeline_is_by_amount']) }} from expansion_settings
),

types as (
    select label from labels
    where label_type = 'opportunity_type'
),

lead_sources as (
    select label from labels
    where label_type = 'lead_source'
),

expansion_opportunities as (
    select
        crm_opportunities.opportunity_id,
        coalesce(account_survivors.surviving_account_id, crm_opportunities.account_id)
            as account_id,
        crm_opportunities.owner_user_id,
        crm_opportunities.stage_name,
        case
            when settings.pipeline_is_by_amount = 1 then 'amount'
            else 'arr_amount'
        end as arr_field,
        case
            when settings.pipeline_is_by_amount = 1
                then coalesce(crm_opportunities.amount, crm_opportunities.arr_amount)
            else coalesce(crm_opportunities.arr_amount, crm_opportunities.amount)
        end as arr_local,
        case
            when
                crm_opportunities.currency is null
                or crm_opportunities.currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(16, 8))
            else plan_fx_rates.plan_rate
        end as plan_rate,
        crm_opportunities.is_closed,
        crm_opportunities.is_won,
        lead_sources.label is not null as is_from_cs,
        cast(crm_opportunities.created_at as date) as created_date,
        cast(
            case
                when crm_opportunities.is_closed
                    then coalesce(crm_opportunities.closed_at, crm_opportunities.close_date)
            end as date
        ) as closed_date
    from crm_opportunities
    cross join settings
    inner join types
        on {{ label_key('crm_opportunities.opportunity_type') }} = types.label
    left join lead_sources
        on {{ label_key('crm_opportunities.lead_source') }} = lead_sources.label
    left join account_survivors
        on crm_opportunities.account_id = account_survivors.account_id
    left join plan_fx_rates
        on crm_opportunities.currency = plan_fx_rates.currency
    where
        not coalesce(crm_opportunities.is_deleted, false)
        and cast(crm_opportunities.created_at as date) <= {{ as_of_day() }}
)

select * from expansion_opportunities
