{%- set columns = [
    ('adoption_numerator', 'seat_adoption', 'numerator'),
    ('adoption_denominator', 'seat_adoption', 'denominator'),
    ('csat_numerator', 'csat', 'numerator'),
    ('csat_denominator', 'csat', 'denominator'),
    ('first_response_hours', 'first_response_hours', 'measure_value'),
    ('nps', 'nps', 'measure_value'),
    ('csm_sentiment', 'csm_sentiment', 'measure_value'),
] -%}

with

account_health as (
    select * from {{ ref('fct_account_health_daily') }}
    where date_day = {{ as_of_day() }}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where date_day = {{ as_of_day() }}
),

-- The reasons of the same distance as score_change_30d.
changes as (
    select * from {{ ref('fct_account_health_changes') }}
    where
        date_day = {{ as_of_day() }}
        and comparison_days = 30
),

measures as (
    select
        account_id,
        {%- for name, measure, column in columns %}
        max(case when measure_id = '{{ measure }}' then {{ column }} end) as {{ name }},
        {%- endfor %}
        count(*) as values_known
    from health_inputs
    group by account_id
)

select
    account_health.*,
    {%- for name, measure, column in columns %}
    measures.{{ name }},
    {%- endfor %}
    changes.reason_1,
    changes.reason_2,
    changes.reason_3
from account_health
left join changes
    on account_health.account_id = changes.account_id
left join measures
    on account_health.account_id = measures.account_id
