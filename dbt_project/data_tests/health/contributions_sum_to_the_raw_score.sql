-- Scores whose parts, by input or by measure, aren't the score: of a large history the newest days.
with

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where {{ in_tested_days('date_day', ref('fct_account_health_inputs_daily')) }}
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
    where {{ in_tested_days('date_day', ref('fct_account_health_inputs_daily')) }}
),

sums as (
    select
        account_id,
        date_day,
        sum(case when measure_id = 'all' then contribution end) as input_sum,
        sum(case when measure_id <> 'all' then contribution end) as measure_sum
    from health_inputs
    group by account_id, date_day
)

select
    account_health_daily.account_id,
    account_health_daily.date_day,
    account_health_daily.raw_score,
    sums.input_sum,
    sums.measure_sum
from account_health_daily
left join sums
    on
        account_health_daily.account_id = sums.account_id
        and account_health_daily.date_day = sums.date_day
where
    coalesce(account_health_daily.raw_score <> sums.input_sum, false)
    or coalesce(account_health_daily.raw_score <> sums.measure_sum, false)
    or (account_health_daily.raw_score is null) <> (sums.input_sum is null)
    or (account_health_daily.raw_score is null) <> (sums.measure_sum is null)
