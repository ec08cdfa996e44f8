with

tickets as (
    select * from {{ ref('int_support_tickets') }}
),

ticket_hours as (
    select * from {{ ref('int_support_ticket_hours') }}
),

support_csat as (
    select * from {{ ref('support_csat') }}
),

support_settings as (
    select * from {{ ref('support_settings') }}
),

settings as (
    select {{ chosen_settings(['first_response_target_hours', 'csat_good_score']) }}
    from support_settings
),

-- The latest answer counts; it is good by its word, or by its place on a five-point scale.
ratings as (
    select
        support_csat.ticket_id,
        coalesce(
            lower(support_csat.score_label) in ('good', 'satisfied', 'positive')
            or (
                lower(support_csat.score_label) not in ('bad', 'dissatisfied', 'negative')
                and support_csat.score_value >= settings.csat_good_score
            ),
            false
        ) as is_good,
        cast(support_csat.responded_at as date) as rated_date,
        row_number() over (
            partition by support_csat.ticket_id
            order by support_csat.responded_at desc, support_csat.csat_id asc
        ) as answer_number
    from support_csat
    cross join settings
)

select
    tickets.ticket_id,
    tickets.account_id,
    tickets.assignee_id,
    tickets.group_id,
    tickets.csm_user_id,
    tickets.segment,
    tickets.region,
    tickets.team,
    tickets.schedule_id,
    tickets.ticket_type,
    tickets.priority,
    tickets.status,
    tickets.channel,
    cast(tickets.reopens as {{ dbt.type_int() }}) as reopens,
    cast(tickets.replies as {{ dbt.type_int() }}) as replies,
    ticket_hours.first_response_hours,
    ticket_hours.first_response_business_hours,
    ticket_hours.resolution_hours,
    ticket_hours.resolution_business_hours,
    tickets.solved_at is null as is_open,
    tickets.reopens > 0 as is_reopened,
    tickets.is_escalated,
    {%- for prefix, kind in [('is', ''), ('is_business', '_business')] %}
    -- An unanswered ticket is due, and late, once its target is over.
    coalesce(
        tickets.first_replied_at is not null
        or {{ 'ticket_hours.waiting' ~ kind ~ '_hours' }}
        >= settings.first_response_target_hours,
        false
    ) as {{ prefix }}_response_due,
    coalesce(
        {{ 'ticket_hours.first_response' ~ kind ~ '_hours' }}
        <= settings.first_response_target_hours,
        false
    ) as {{ prefix }}_response_on_time,
    {%- endfor %}
    ratings.ticket_id is not null as is_rated,
    coalesce(ratings.is_good, false) as is_rated_good,
    cast(tickets.created_at as date) as created_date,
    cast(tickets.solved_at as date) as solved_date,
    ratings.rated_date,
    tickets.created_at,
    tickets.first_replied_at,
    tickets.solved_at
from tickets
inner join ticket_hours
    on tickets.ticket_id = ticket_hours.ticket_id
cross join settings
left join ratings
    on
        tickets.ticket_id = ratings.ticket_id
        and ratings.answer_number = 1
