with

onboarding as (
    select * from {{ ref('fct_onboarding') }}
),

onboarding_slices as (
    select * from {{ ref('int_onboarding_slices') }}
),

-- Whoever has not arrived yet, or left before, was seen for so many days and counts for them.
waits as (
    {%- for stage in ['kick_off', 'first_value', 'value'] %}
    select
        account_id,
        '{{ stage }}' as stage,
        coalesce(days_to_{{ stage }}, days_seen) as days,
        case when days_to_{{ stage }} is not null then 1 else 0 end as is_reached
    from onboarding
    where has_plan
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

daily as (
    select
        onboarding_slices.slice_type,
        onboarding_slices.slice_value,
        waits.stage,
        waits.days,
        count(*) as accounts,
        sum(waits.is_reached) as reached_accounts
    from waits
    inner join onboarding_slices
        on waits.account_id = onboarding_slices.account_id
    group by
        onboarding_slices.slice_type, onboarding_slices.slice_value, waits.stage, waits.days
),

onboarding_ages as (
    select
        slice_type,
        slice_value,
        stage,
        days,
        accounts,
        sum(accounts) over (
            partition by slice_type, slice_value, stage order by days desc
        ) as accounts_at_risk,
        reached_accounts
    from daily
)

select * from onboarding_ages
