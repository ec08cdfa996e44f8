with

tickets as (
    select * from {{ ref('fct_tickets') }}
),

ticket_slices as (
    select
        ticket_id,
        'company' as slice_type,
        'company' as slice_value
    from tickets
    {%- for slice_type, column in [
        ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'), ('team', 'team'),
    ] %}
    union all
    select
        ticket_id,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from tickets
    {%- endfor %}
)

select * from ticket_slices
