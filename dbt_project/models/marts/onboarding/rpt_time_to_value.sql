{%- set half = '0.5' -%}

with

onboarding_survival as (
    select * from {{ ref('int_onboarding_survival') }}
),

onboarding_settings as (
    select * from {{ ref('onboarding_settings') }}
),

settings as (
    select {{ chosen_settings(['min_accounts']) }} from onboarding_settings
),

-- The median is the first day by which half have arrived; its interval ends where those of the
-- curve cross one half (Brookmeyer and Crowley 1982), and is open where they never do.
medians as (
    select
        slice_type,
        slice_value,
        stage,
        sum(accounts) as accounts,
        sum(reached_accounts) as reached_accounts,
        min(case when waiting_rate <= {{ half }} then days end) as median_days,
        min(case when waiting_rate_low <= {{ half }} then days end) as median_days_low,
        min(case when waiting_rate_high <= {{ half }} then days end) as median_days_high
    from onboarding_survival
    group by slice_type, slice_value, stage
)

select
    cast(medians.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(medians.slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(medians.stage as {{ dbt.type_string() }}) as stage,
    cast(medians.accounts as {{ dbt.type_int() }}) as accounts,
    cast(medians.reached_accounts as {{ dbt.type_int() }}) as reached_accounts,
    {%- for column in ['median_days', 'median_days_low', 'median_days_high'] %}
    case
        when medians.accounts >= settings.min_accounts
            then cast(medians.{{ column }} as {{ dbt.type_int() }})
    end as {{ column }},
    {%- endfor %}
    {{ ratio('medians.reached_accounts', 'medians.accounts') }} as reached_rate,
    medians.accounts >= settings.min_accounts as has_enough_accounts,
    {{ as_of_day() }} as as_of_date
from medians
cross join settings
