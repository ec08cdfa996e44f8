{%- set open_end = "cast('9999-12-31' as date)" -%}

with

engagement_facts as (
    select * from {{ ref('int_health_engagement_facts') }}
),

support_facts as (
    select * from {{ ref('int_health_support_facts') }}
),

sentiment_facts as (
    select * from {{ ref('int_health_sentiment_facts') }}
),

commercial_facts as (
    select * from {{ ref('int_health_commercial_facts') }}
),

seat_intervals as (
    select * from {{ ref('int_health_seat_intervals') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

all_facts as (
    {%- for input in ['engagement', 'support', 'sentiment', 'commercial'] %}
    select
        account_id,
        quantity_id,
        amount,
        valid_from,
        valid_to
    from {{ input }}_facts
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted_facts as (
    select
        members.account_id,
        all_facts.quantity_id,
        cast(all_facts.amount as decimal(18, 4)) as amount,
        greatest(all_facts.valid_from, members.valid_from) as valid_from,
        least(
            coalesce(all_facts.valid_to, {{ open_end }}), coalesce(members.valid_to, {{ open_end }})
        ) as valid_to
    from all_facts
    inner join members
        on all_facts.account_id = members.member_account_id
    union all
    select
        account_id,
        'seats' as quantity_id,
        cast(seats as decimal(18, 4)) as amount,
        valid_from,
        coalesce(valid_to, {{ open_end }}) as valid_to
    from seat_intervals
)

select * from counted_facts
where valid_from < valid_to
