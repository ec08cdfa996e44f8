{%- set measures = {
    'seat_adoption': 'adoption',
    'csat': 'csat',
    'first_response_hours': 'first_response',
    'nps': 'nps',
    'csm_sentiment': 'csm_sentiment',
} -%}

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

values_of_measures as (
    select
        account_id,
        {%- for measure, name in measures.items() %}
        {%- for column in ['measure_value', 'numerator', 'denominator'] %}
        max(case when measure_id = '{{ measure }}' then {{ column }} end)
            as {{ name }}_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}{{ ',' if not loop.last }}
        {%- endfor %}
    from health_inputs
    where measure_id in ('{{ measures | join("', '") }}')
    group by account_id
)

select
    account_health.*,
    changes.score_change,
    changes.reason_1,
    changes.reason_2,
    changes.reason_3,
    {%- for name in measures.values() %}
    {%- for column in ['measure_value', 'numerator', 'denominator'] %}
    values_of_measures.{{ name }}_{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}{{ ',' if not loop.last }}
    {%- endfor %}
from account_health
left join changes
    on account_health.account_id = changes.account_id
left join values_of_measures
    on account_health.account_id = values_of_measures.account_id
