with

cs_ctas as (
    select * from {{ ref('cs_ctas') }}
),

playbook_tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

labels as (
    select * from {{ ref('expansion_labels') }}
),

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

lead_types as (
    select label from labels
    where label_type = 'lead_cta_type'
),

qualifying_steps as (
    select label from labels
    where label_type = 'qualifying_step'
),

qualifications as (
    select
        playbook_tasks.cta_id,
        min(cast(playbook_tasks.completed_at as date)) as qualified_date
    from playbook_tasks
    inner join qualifying_steps
        on {{ label_key('playbook_tasks.playbook_step') }} = qualifying_steps.label
    group by playbook_tasks.cta_id
),

-- Who has no step to qualify a lead qualifies it by opening it.
leads as (
    select
        cs_ctas.cta_id as lead_id,
        coalesce(account_survivors.surviving_account_id, cs_ctas.account_id) as account_id,
        cs_ctas.owner_user_id as lead_owner_user_id,
        'call_to_action' as lead_origin,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        cast(cs_ctas.created_at as date) as created_date,
        case
            when qualifications.cta_id is null then cast(cs_ctas.created_at as date)
            else qualifications.qualified_date
        end as qualified_date
    from cs_ctas
    inner join lead_types
        on {{ label_key('cs_ctas.cta_type') }} = lead_types.label
    left join qualifications
        on cs_ctas.cta_id = qualifications.cta_id
    left join account_survivors
        on cs_ctas.account_id = account_survivors.account_id
    union all
    select
        opportunity_id as lead_id,
        account_id,
        cast(null as {{ dbt.type_string() }}) as lead_owner_user_id,
        'opportunity' as lead_origin,
        opportunity_id,
        created_date,
        created_date as qualified_date
    from opportunities
    where is_from_cs
)

select * from leads
