with

cs_ctas as (
    select * from {{ ref('cs_ctas') }}
),

action_sources as (
    select * from {{ ref('action_sources') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

csms as (
    select * from {{ ref('dim_csms') }}
),

actions as (
    select
        cs_ctas.cta_id as action_id,
        coalesce(account_survivors.surviving_account_id, cs_ctas.account_id) as account_id,
        cs_ctas.account_id as account_then,
        cs_ctas.owner_user_id,
        cs_ctas.cta_name as action_name,
        {{ label_key('cs_ctas.cta_type') }} as kind,
        cs_ctas.reason,
        cs_ctas.priority,
        coalesce(action_sources.opened_by, 'unknown') as opened_by,
        cs_ctas.playbook_id,
        cs_ctas.closed_at is null and not coalesce(cs_ctas.is_closed, false) as is_open,
        cast(cs_ctas.created_at as date) as opened_date,
        cs_ctas.due_date,
        cast(cs_ctas.closed_at as date) as closed_date
    from cs_ctas
    left join action_sources
        on {{ label_key('cs_ctas.source') }} = action_sources.source_label
    left join account_survivors
        on cs_ctas.account_id = account_survivors.account_id
)

select
    cast(actions.action_id as {{ dbt.type_string() }}) as action_id,
    cast(actions.account_id as {{ dbt.type_string() }}) as account_id,
    cast(actions.owner_user_id as {{ dbt.type_string() }}) as owner_user_id,
    cast(account_history.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(account_history.segment as {{ dbt.type_string() }}) as segment,
    cast(account_history.region as {{ dbt.type_string() }}) as region,
    cast(csms.team as {{ dbt.type_string() }}) as team,
    cast(actions.action_name as {{ dbt.type_string() }}) as action_name,
    cast(actions.kind as {{ dbt.type_string() }}) as kind,
    cast(actions.reason as {{ dbt.type_string() }}) as reason,
    cast(actions.priority as {{ dbt.type_string() }}) as priority,
    cast(actions.opened_by as {{ dbt.type_string() }}) as opened_by,
    cast(actions.playbook_id as {{ dbt.type_string() }}) as playbook_id,
    actions.is_open,
    actions.is_open and coalesce(actions.due_date < {{ as_of_day() }}, false) as is_overdue,
    actions.opened_date,
    actions.due_date,
    actions.closed_date
from actions
left join account_history
    on
        actions.account_then = account_history.account_id
        and actions.opened_date >= account_history.valid_from
        and coalesce(actions.opened_date < account_history.valid_to, true)
left join csms
    on account_history.csm_user_id = csms.csm_user_id
