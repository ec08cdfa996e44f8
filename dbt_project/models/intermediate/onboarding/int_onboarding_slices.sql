with

onboarding as (
    select * from {{ ref('fct_onboarding') }}
),

onboarding_slices as (
    select
        account_id,
        'company' as slice_type,
        'company' as slice_value
    from onboarding
    {%- for slice_type, column in [
        ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'), ('team', 'team'),
        ('start_cohort', 'start_cohort'),
    ] %}
    union all
    select
        account_id,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from onboarding
    {%- endfor %}
)

select * from onboarding_slices
