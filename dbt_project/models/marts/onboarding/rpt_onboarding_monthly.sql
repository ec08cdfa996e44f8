with

onboarding as (
    select * from {{ ref('fct_onboarding') }}
),

onboarding_slices as (
    select * from {{ ref('int_onboarding_slices') }}
),

won_monthly as (
    select
        onboarding_slices.slice_type,
        onboarding_slices.slice_value,
        cast({{ dbt.date_trunc('month', 'onboarding.closed_won_date') }} as date)
            as month_start_date,
        count(*) as new_customers,
        sum(case when onboarding.is_welcome_due then 1 else 0 end) as due_welcomes,
        sum(case when onboarding.is_welcomed then 1 else 0 end) as welcomed_customers,
        sum(case when onboarding.has_plan then 1 else 0 end) as planned_customers,
        sum(case when onboarding.overdue_milestones > 0 then 1 else 0 end) as overdue_customers,
        sum(case when onboarding.value_date is not null then 1 else 0 end) as customers_with_value,
        sum(case when onboarding.onboarding_stage = 'lost_before_value' then 1 else 0 end)
            as customers_lost_before_value
    from onboarding
    inner join onboarding_slices
        on onboarding.account_id = onboarding_slices.account_id
    group by
        onboarding_slices.slice_type,
        onboarding_slices.slice_value,
        cast({{ dbt.date_trunc('month', 'onboarding.closed_won_date') }} as date)
)

select
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column in [
        'new_customers', 'due_welcomes', 'welcomed_customers', 'planned_customers',
        'overdue_customers', 'customers_with_value', 'customers_lost_before_value',
    ] %}
    cast({{ column }} as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {{ ratio('welcomed_customers', 'due_welcomes') }} as welcome_rate,
    month_start_date
from won_monthly
where slice_type <> 'start_cohort'
