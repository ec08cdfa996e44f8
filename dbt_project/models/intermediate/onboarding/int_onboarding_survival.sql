with

onboarding_ages as (
    select * from {{ ref('int_onboarding_ages') }}
),

onboarding_settings as (
    select * from {{ ref('onboarding_settings') }}
),

settings as (
    select {{ chosen_settings(['confidence_z']) }} from onboarding_settings
),

ages as (
    select
        onboarding_ages.*,
        settings.confidence_z
    from onboarding_ages
    cross join settings
),

{{ survival_curve(
    'ages', ['slice_type', 'slice_value', 'stage'], 'days', 'accounts_at_risk', 'reached_accounts'
) }}

select
    slice_type,
    slice_value,
    stage,
    cast(days as {{ dbt.type_int() }}) as days,
    cast(accounts as {{ dbt.type_int() }}) as accounts,
    cast(accounts_at_risk as {{ dbt.type_int() }}) as accounts_at_risk,
    cast(reached_accounts as {{ dbt.type_int() }}) as reached_accounts,
    survival_rate as waiting_rate,
    survival_rate_low as waiting_rate_low,
    survival_rate_high as waiting_rate_high
from survival_curve
