{% set instead = {
    'score': 'case when not ' ~ is_later('known.delivered_responded_at') ~ ' then known.score end',
    'comment': 'case when not ' ~ is_later('known.delivered_responded_at') ~ ' then known.comment end',
    'sentiment': 'case when not ' ~ is_later('known.delivered_responded_at') ~ ' then known.sentiment end',
} %}

with

known as (

    {{ kept_rows('cs_surveys', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('cs_surveys', 'known', instead) }}
    from known

)

select * from as_it_stood
