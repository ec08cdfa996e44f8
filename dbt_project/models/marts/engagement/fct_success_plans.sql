with

cs_success_plans as (
    select
        *,
        closed_at is null
        and lower(status) not in ('closed', 'completed', 'cancelled') as is_open
    from {{ ref('cs_success_plans') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
)

select
    cast(cs_success_plans.success_plan_id as {{ dbt.type_string() }}) as success_plan_id,
    cast(account_survivors.surviving_account_id as {{ dbt.type_string() }}) as account_id,
    cast(cs_success_plans.owner_user_id as {{ dbt.type_string() }}) as owner_user_id,
    cast(cs_success_plans.plan_name as {{ dbt.type_string() }}) as plan_name,
    cast(cs_success_plans.plan_type as {{ dbt.type_string() }}) as plan_type,
    cast({{ label_key('cs_success_plans.status') }} as {{ dbt.type_string() }}) as status,
    cast(cs_success_plans.total_objectives as {{ dbt.type_int() }}) as objective_count,
    cast(
        cs_success_plans.total_objectives - cs_success_plans.open_objectives
        as {{ dbt.type_int() }}
    ) as reached_objective_count,
    cs_success_plans.is_open,
    cs_success_plans.is_open
    and coalesce(cs_success_plans.due_date < {{ as_of_day() }}, false) as is_overdue,
    cs_success_plans.start_date,
    cs_success_plans.due_date,
    cast(cs_success_plans.closed_at as date) as closed_date
from cs_success_plans
inner join account_survivors
    on cs_success_plans.account_id = account_survivors.account_id
