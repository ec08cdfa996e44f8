with

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

employee_roles as (
    select * from {{ ref('employee_roles') }}
),

books as (
    select
        csm_user_id,
        count(*) as managed_accounts,
        sum(arr) as managed_arr
    from accounts
    where
        csm_user_id is not null
        and is_live
    group by csm_user_id
),

-- Whoever has or had an account, and whoever the roster calls a CSM.
csm_users as (
    select csm_user_id as user_id from account_history
    where csm_user_id is not null
    union
    select hr_employees.user_id from hr_employees
    inner join employee_roles
        on {{ label_key('hr_employees.role') }} = employee_roles.role_label
    where employee_roles.role_family = 'csm'
)

select
    csm_users.user_id as csm_user_id,
    hr_employees.employee_id,
    hr_employees.manager_user_id,
    coalesce(hr_employees.full_name, csm_users.user_id) as csm_name,
    hr_employees.role,
    hr_employees.team,
    hr_employees.region,
    cast(hr_employees.ramp_months as {{ dbt.type_int() }}) as ramp_months,
    cast(hr_employees.target_accounts as {{ dbt.type_int() }}) as target_accounts,
    cast(coalesce(books.managed_accounts, 0) as {{ dbt.type_int() }}) as managed_accounts,
    cast(hr_employees.fte as decimal(4, 2)) as fte,
    cast(hr_employees.target_arr as decimal(18, 2)) as target_arr,
    cast(coalesce(books.managed_arr, 0) as decimal(18, 2)) as managed_arr,
    hr_employees.user_id is not null as is_in_roster,
    coalesce(
        hr_employees.start_date <= {{ as_of_day() }}
        and coalesce(hr_employees.end_date > {{ as_of_day() }}, true),
        hr_employees.is_active,
        false
    ) as is_active,
    hr_employees.start_date,
    hr_employees.end_date
from csm_users
left join hr_employees
    on csm_users.user_id = hr_employees.user_id
left join books
    on csm_users.user_id = books.csm_user_id
