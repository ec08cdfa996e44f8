with

cs_onboarding_milestones as (
    select * from {{ ref('cs_onboarding_milestones') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

onboarding_milestones as (
    select * from {{ ref('onboarding_milestones') }}
),

milestones as (
    select
        account_survivors.surviving_account_id as account_id,
        coalesce(
            onboarding_milestones.stage,
            case when cs_onboarding_milestones.is_first_value then 'first_value' end
        ) as stage,
        cs_onboarding_milestones.due_date,
        cast(cs_onboarding_milestones.reached_at as date) as reached_date
    from cs_onboarding_milestones
    inner join account_survivors
        on cs_onboarding_milestones.account_id = account_survivors.account_id
    left join onboarding_milestones
        on
            {{ label_key('cs_onboarding_milestones.milestone_name') }}
            = onboarding_milestones.milestone_label
),

onboarding_stages as (
    select
        account_id,
        count(*) as milestones,
        count(reached_date) as reached_milestones,
        sum(case when reached_date > due_date then 1 else 0 end) as late_milestones,
        sum(
            case when reached_date is null and due_date < {{ as_of_day() }} then 1 else 0 end
        ) as overdue_milestones,
        {%- for stage in ['kick_off', 'first_value', 'value'] %}
        min(case when stage = '{{ stage }}' then reached_date end) as {{ stage }}_date,
        {%- endfor %}
        min(case when reached_date is null then due_date end) as next_due_date
    from milestones
    group by account_id
)

select * from onboarding_stages
