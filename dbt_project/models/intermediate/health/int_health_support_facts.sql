with

support_tickets as (
    select * from {{ ref('support_tickets') }}
),

support_organizations as (
    select * from {{ ref('support_organizations') }}
),

support_csat as (
    select * from {{ ref('support_csat') }}
),

cs_surveys as (
    select * from {{ ref('cs_surveys') }}
),

cs_escalations as (
    select * from {{ ref('cs_escalations') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

ticket_spans as (
    select * from {{ ref('int_health_ticket_spans') }}
),

settings as (
    select {{ chosen_settings([
        'ticket_window_days', 'support_window_days', 'csat_window_days', 'csat_good_score',
    ]) }}
    from health_settings
),

links as (
    select
        account_id,
        cast(created_at as date) as known_date
    from support_organizations
    where account_id is not null
    union all
    select
        account_id,
        cast(created_at as date) as known_date
    from support_tickets
    where account_id is not null
),

-- An answer is good by its word, or by its place on a five-point scale.
ratings as (
    select
        support_csat.account_id,
        cast(support_csat.responded_at as date) as known_date,
        case
            when lower(support_csat.score_label) in ('good', 'satisfied', 'positive') then 1
            when lower(support_csat.score_label) in ('bad', 'dissatisfied', 'negative') then 0
            when support_csat.score_value >= settings.csat_good_score then 1
            else 0
        end as is_good
    from support_csat
    cross join settings
    where support_csat.account_id is not null
    union all
    select
        cs_surveys.account_id,
        cast(cs_surveys.responded_at as date) as known_date,
        case when cs_surveys.score >= settings.csat_good_score then 1 else 0 end as is_good
    from cs_surveys
    cross join settings
    where
        lower(cs_surveys.survey_type) = 'csat'
        and cs_surveys.responded_at is not null
        and cs_surveys.score is not null
),

support_facts as (
    select
        'support_links' as quantity_id,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        min(known_date) as valid_from,
        cast(null as date) as valid_to
    from links
    group by account_id
    {%- for quantity, window in [
        ('tickets', 'ticket_window_days'), ('window_tickets', 'support_window_days'),
    ] %}
    union all
    select
        '{{ quantity }}' as quantity_id,
        ticket_spans.account_id,
        cast(1 as decimal(18, 4)) as amount,
        ticket_spans.span_start as valid_from,
        least(
            {{ add_days('ticket_spans.window_start', 'settings.' ~ window) }},
            coalesce(
                ticket_spans.span_end,
                {{ add_days('ticket_spans.window_start', 'settings.' ~ window) }}
            )
        ) as valid_to
    from ticket_spans
    cross join settings
    where ticket_spans.span_type = 'created'
    {%- endfor %}
    {%- for span_type, quantity, amount in [
        ('urgent', 'urgent_tickets', 'cast(1 as decimal(18, 4))'),
        ('answered', 'responses', 'cast(1 as decimal(18, 4))'),
        ('answered', 'response_hours', 'ticket_spans.hours'),
        ('solved', 'resolutions', 'cast(1 as decimal(18, 4))'),
        ('solved', 'resolution_hours', 'ticket_spans.hours'),
        ('reopened', 'reopenings', 'cast(1 as decimal(18, 4))'),
    ] %}
    union all
    select
        '{{ quantity }}' as quantity_id,
        ticket_spans.account_id,
        {{ amount }} as amount,
        ticket_spans.span_start as valid_from,
        least(
            {{ add_days('ticket_spans.window_start', 'settings.support_window_days') }},
            coalesce(
                ticket_spans.span_end,
                {{ add_days('ticket_spans.window_start', 'settings.support_window_days') }}
            )
        ) as valid_to
    from ticket_spans
    cross join settings
    where ticket_spans.span_type = '{{ span_type }}'
    {%- endfor %}
    {%- for quantity, amount in [('ratings', '1'), ('good_ratings', 'ratings.is_good')] %}
    union all
    select
        '{{ quantity }}' as quantity_id,
        ratings.account_id,
        cast({{ amount }} as decimal(18, 4)) as amount,
        ratings.known_date as valid_from,
        {{ add_days('ratings.known_date', 'settings.csat_window_days') }} as valid_to
    from ratings
    cross join settings
    {%- endfor %}
    union all
    select
        'open_escalations' as quantity_id,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        cast(opened_at as date) as valid_from,
        cast(resolved_at as date) as valid_to
    from cs_escalations
)

select * from support_facts
