with

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

employee_roles as (
    select * from {{ ref('employee_roles') }}
),

csm_teams as (
    select * from {{ ref('csm_teams') }}
),

regions as (
    select * from {{ ref('regions') }}
),

csm_targets as (
    select * from {{ ref('csm_targets') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

default_ramps as (
    select cast(setting_value as {{ dbt.type_int() }}) as ramp_months
    from capacity_settings
    where setting_id = 'default_ramp_months'
),

csms as (
    select
        hr_employees.user_id as csm_user_id,
        hr_employees.full_name as csm_name,
        {{ label_key('hr_employees.role') }} as role_label,
        hr_employees.team,
        csm_teams.segment,
        regions.region_id as region,
        coalesce(hr_employees.ramp_months, default_ramps.ramp_months) as ramp_months,
        cast(coalesce(hr_employees.fte, 1) as decimal(4, 2)) as fte,
        hr_employees.start_date,
        hr_employees.end_date
    from hr_employees
    inner join employee_roles
        on {{ label_key('hr_employees.role') }} = employee_roles.role_label
    cross join default_ramps
    left join csm_teams
        on {{ label_key('hr_employees.team') }} = csm_teams.team_label
    left join regions
        on {{ label_key('hr_employees.region') }} = regions.label
    where
        employee_roles.role_family = 'csm'
        and hr_employees.start_date is not null
),

-- The role says more than the segment; what counts later says more than what counted before.
matching_targets as (
    select
        csms.csm_user_id,
        csm_targets.touch_model,
        csm_targets.target_accounts,
        csm_targets.target_arr,
        csm_targets.customer_hours_per_month,
        csm_targets.cost_per_hour,
        row_number() over (
            partition by csms.csm_user_id
            order by
                case when csm_targets.role_label = '*' then 1 else 0 end asc,
                case when csm_targets.segment = '*' then 1 else 0 end asc,
                csm_targets.valid_from desc
        ) as choice
    from csms
    inner join csm_targets
        on
            csm_targets.role_label in (csms.role_label, '*')
            and csm_targets.segment in (coalesce(csms.segment, '*'), '*')
            and csm_targets.valid_from <= {{ as_of_day() }}
)

select
    csms.*,
    matching_targets.touch_model,
    matching_targets.target_accounts,
    cast(matching_targets.target_arr as decimal(18, 2)) as target_arr,
    cast(matching_targets.customer_hours_per_month as decimal(9, 2)) as customer_hours_per_month,
    cast(matching_targets.cost_per_hour as decimal(9, 2)) as cost_per_hour
from csms
left join matching_targets
    on
        csms.csm_user_id = matching_targets.csm_user_id
        and matching_targets.choice = 1
