{%- set factors = ['segment', 'lifecycle_stage', 'health_band', 'touch_model'] -%}

with

account_arr as (
    select * from {{ ref('int_book_account_arr') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

effort_policy as (
    select * from {{ ref('int_effort_policy') }}
),

account_days as (
    select
        account_arr.account_id,
        account_history.csm_user_id,
        account_history.segment,
        account_history.region,
        {{ label_key('account_history.lifecycle_stage') }} as lifecycle_stage,
        account_health_daily.band as health_band,
        coalesce(csm_roster.touch_model, 'human') as touch_model,
        csm_roster.team as csm_team,
        account_arr.arr,
        dates.date_day
    from account_arr
    inner join dates
        on
            account_arr.valid_from <= dates.date_day
            and coalesce(account_arr.valid_to > dates.date_day, true)
    left join account_history
        on
            account_arr.account_id = account_history.account_id
            and dates.date_day >= account_history.valid_from
            and coalesce(dates.date_day < account_history.valid_to, true)
    left join account_health_daily
        on
            account_arr.account_id = account_health_daily.account_id
            and dates.date_day = account_health_daily.date_day
    left join csm_roster
        on account_history.csm_user_id = csm_roster.csm_user_id
    where
        account_arr.arr > 0
        and dates.date_day <= {{ as_of_day() }}
)

select
    account_days.*,
    cast(
        {%- for factor in factors %}
        coalesce(its_{{ factor }}.amount, any_{{ factor }}.amount, 1)
        {{- ' *' if not loop.last }}
        {%- endfor %}
        as decimal(12, 4)
    ) as effort_hours
from account_days
left join effort_policy as its_segment
    on
        account_days.segment = its_segment.factor_value
        and its_segment.factor = 'segment'
        and account_days.date_day >= its_segment.valid_from
        and coalesce(account_days.date_day < its_segment.valid_to, true)
left join effort_policy as any_segment
    on
        any_segment.factor = 'segment'
        and any_segment.factor_value = '*'
        and account_days.date_day >= any_segment.valid_from
        and coalesce(account_days.date_day < any_segment.valid_to, true)
{%- for factor in factors[1:] %}
left join effort_policy as its_{{ factor }}
    on
        account_days.{{ factor }} = its_{{ factor }}.factor_value
        and its_{{ factor }}.factor = '{{ factor }}'
        and account_days.date_day >= its_{{ factor }}.valid_from
        and coalesce(account_days.date_day < its_{{ factor }}.valid_to, true)
left join effort_policy as any_{{ factor }}
    on
        any_{{ factor }}.factor = '{{ factor }}'
        and any_{{ factor }}.factor_value = '*'
        and account_days.date_day >= any_{{ factor }}.valid_from
        and coalesce(account_days.date_day < any_{{ factor }}.valid_to, true)
{%- endfor %}
