with

starts as (
    select * from {{ ref('int_onboarding_starts') }}
),

stages as (
    select * from {{ ref('int_onboarding_stages') }}
),

welcome_contacts as (
    select * from {{ ref('int_onboarding_welcomes') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

onboarding_settings as (
    select * from {{ ref('onboarding_settings') }}
),

settings as (
    select {{ chosen_settings(['welcome_days']) }} from onboarding_settings
),

contacts as (
    select
        starts.account_id,
        min(welcome_contacts.contact_date) as first_contact_date
    from starts
    inner join welcome_contacts
        on
            starts.account_id = welcome_contacts.account_id
            and starts.closed_won_date <= welcome_contacts.contact_date
    group by starts.account_id
),

-- A stage that was reached before the deal was closed took no time; one after the account left
-- is no longer of this customer.
dated as (
    select
        starts.account_id,
        starts.has_won_deal,
        starts.closed_won_date,
        starts.lost_date,
        stages.account_id is not null as has_plan,
        coalesce(stages.milestones, 0) as milestones,
        coalesce(stages.reached_milestones, 0) as reached_milestones,
        coalesce(stages.late_milestones, 0) as late_milestones,
        case when starts.lost_date is null then coalesce(stages.overdue_milestones, 0) else 0 end
            as overdue_milestones,
        case when starts.lost_date is null then stages.next_due_date end as next_due_date,
        {%- for stage in ['kick_off', 'first_value', 'value'] %}
        case
            when
                stages.{{ stage }}_date is not null
                and coalesce(stages.{{ stage }}_date <= starts.lost_date, true)
                then greatest(stages.{{ stage }}_date, starts.closed_won_date)
        end as {{ stage }}_date,
        {%- endfor %}
        contacts.first_contact_date,
        coalesce(starts.lost_date, {{ as_of_day() }}) as seen_until_date,
        {{ add_days('starts.closed_won_date', 'settings.welcome_days') }} as welcome_due_date
    from starts
    cross join settings
    left join stages
        on starts.account_id = stages.account_id
    left join contacts
        on starts.account_id = contacts.account_id
),

welcomed as (
    select
        dated.*,
        case
            when kick_off_date is null then first_contact_date
            when first_contact_date is null then kick_off_date
            else least(kick_off_date, first_contact_date)
        end as welcomed_date
    from dated
)

select
    cast(welcomed.account_id as {{ dbt.type_string() }}) as account_id,
    account_history.csm_user_id,
    account_history.segment,
    account_history.region,
    hr_employees.team,
    {{ quarter_name('welcomed.closed_won_date') }} as start_cohort,
    case
        when welcomed.value_date is not null then 'value'
        when welcomed.lost_date is not null then 'lost_before_value'
        when welcomed.first_value_date is not null then 'first_value'
        when welcomed.kick_off_date is not null then 'kicked_off'
        when welcomed.has_plan then 'planned'
        else 'no_plan'
    end as onboarding_stage,
    {%- for column in [
        'milestones', 'reached_milestones', 'late_milestones', 'overdue_milestones',
    ] %}
    cast(welcomed.{{ column }} as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {%- for stage in ['kick_off', 'first_value', 'value'] %}
    cast(
        {{ dbt.datediff('welcomed.closed_won_date', 'welcomed.' ~ stage ~ '_date', 'day') }}
        as {{ dbt.type_int() }}
    ) as days_to_{{ stage }},
    {%- endfor %}
    cast(greatest(
        {{ dbt.datediff('welcomed.closed_won_date', 'welcomed.seen_until_date', 'day') }}, 0
    ) as {{ dbt.type_int() }}) as days_seen,
    welcomed.has_won_deal,
    welcomed.has_plan,
    coalesce(welcomed.welcomed_date <= welcomed.welcome_due_date, false)
    or welcomed.welcome_due_date < welcomed.seen_until_date as is_welcome_due,
    coalesce(welcomed.welcomed_date <= welcomed.welcome_due_date, false) as is_welcomed,
    welcomed.closed_won_date,
    welcomed.welcomed_date,
    welcomed.kick_off_date,
    welcomed.first_value_date,
    welcomed.value_date,
    welcomed.next_due_date,
    welcomed.lost_date
from welcomed
left join account_history
    on
        welcomed.account_id = account_history.account_id
        and welcomed.closed_won_date >= account_history.valid_from
        and (
            welcomed.closed_won_date < account_history.valid_to
            or account_history.valid_to is null
        )
left join hr_employees
    on account_history.csm_user_id = hr_employees.user_id
