with

escalations as (
    select * from {{ ref('fct_escalations') }}
),

escalation_slices as (
    select
        escalation_id,
        'company' as slice_type,
        'company' as slice_value
    from escalations
    {%- for slice_type, column in [
        ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'), ('team', 'team'),
        ('tier', 'tier_id'),
    ] %}
    union all
    select
        escalation_id,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from escalations
    {%- endfor %}
)

select * from escalation_slices
