with

cs_escalations as (
    select * from {{ ref('cs_escalations') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

escalation_tiers as (
    select * from {{ ref('escalation_tiers') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

escalation_settings as (
    select * from {{ ref('escalation_settings') }}
),

settings as (
    select {{ chosen_settings(['outcome_days']) }} from escalation_settings
),

survived as (
    select
        cs_escalations.escalation_id,
        coalesce(account_survivors.surviving_account_id, cs_escalations.account_id) as account_id,
        cs_escalations.owner_user_id,
        coalesce(escalation_tiers.tier_id, {{ label_key('cs_escalations.tier') }}) as tier_id,
        escalation_tiers.tier_rank,
        escalation_tiers.response_sla_hours,
        cs_escalations.reason,
        cs_escalations.status,
        cast(cs_escalations.opened_at as date) as opened_date,
        {{ add_days('cs_escalations.resolved_at', 'settings.outcome_days') }} as outcome_date,
        cs_escalations.opened_at,
        cs_escalations.first_response_at,
        cs_escalations.resolved_at
    from cs_escalations
    cross join settings
    left join account_survivors
        on cs_escalations.account_id = account_survivors.account_id
    left join escalation_tiers
        on {{ label_key('cs_escalations.tier') }} = escalation_tiers.tier_label
),

-- Others of the account that were open when this one was opened, or were opened while it was.
others_at_once as (
    select
        survived.escalation_id,
        count(*) as overlapping_escalations
    from survived
    inner join survived as others
        on
            survived.account_id = others.account_id
            and survived.escalation_id <> others.escalation_id
            and coalesce(survived.opened_at < others.resolved_at, true)
            and coalesce(survived.resolved_at > others.opened_at, true)
    group by survived.escalation_id
),

escalations as (
    select
        survived.*,
        account_history.segment,
        account_history.region,
        account_history.csm_user_id,
        hr_employees.team,
        coalesce(others_at_once.overlapping_escalations, 0) as overlapping_escalations,
        coalesce(at_opening.arr, 0) as arr_at_opening,
        case when survived.outcome_date <= {{ as_of_day() }} then coalesce(afterwards.arr, 0) end
            as arr_afterwards
    from survived
    left join others_at_once
        on survived.escalation_id = others_at_once.escalation_id
    left join account_history
        on
            survived.account_id = account_history.account_id
            and survived.opened_date >= account_history.valid_from
            and (
                survived.opened_date < account_history.valid_to
                or account_history.valid_to is null
            )
    left join hr_employees
        on account_history.csm_user_id = hr_employees.user_id
    left join account_arr_intervals as at_opening
        on
            survived.account_id = at_opening.account_id
            and survived.opened_date >= at_opening.valid_from
            and coalesce(survived.opened_date < at_opening.valid_to, true)
    left join account_arr_intervals as afterwards
        on
            survived.account_id = afterwards.account_id
            and survived.outcome_date >= afterwards.valid_from
            and coalesce(survived.outcome_date < afterwards.valid_to, true)
)

select * from escalations
