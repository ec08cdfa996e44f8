with

data_accuracy as (
    select * from {{ ref('fct_data_accuracy_monthly') }}
),

source_freshness as (
    select * from {{ ref('fct_source_freshness_monthly') }}
    where is_daily
),

account_health as (
    select * from {{ ref('fct_account_health_monthly') }}
),

health_validation as (
    select * from {{ ref('rpt_health_validation') }}
    where
        metric_id = 'recall'
        and predictor_id = 'score'
        and slice_type = 'all'
        and horizon_days = 90
),

account_adoption as (
    select * from {{ ref('fct_account_adoption_monthly') }}
)

select
    case
        when check_id = 'required_value' then 'data_accuracy_rate'
        else 'crm_billing_arr_match'
    end as kpi_id,
    month_start_date,
    cast(sum(valid_values) as decimal(18, 4)) as numerator,
    cast(sum(checked_values) as decimal(18, 4)) as denominator,
    cast(null as decimal(18, 4)) as quantity
from data_accuracy
group by check_id, month_start_date
union all
select
    'data_freshness_hours' as kpi_id,
    month_start_date,
    cast(null as decimal(18, 4)) as numerator,
    cast(null as decimal(18, 4)) as denominator,
    max(freshness_hours) as quantity
from source_freshness
group by month_start_date
union all
select
    'health_coverage' as kpi_id,
    month_start_date,
    cast({{ counted('score is not null') }} as decimal(18, 4)) as numerator,
    cast(count(*) as decimal(18, 4)) as denominator,
    cast(null as decimal(18, 4)) as quantity
from account_health
group by month_start_date
union all
select
    'health_recall_90d' as kpi_id,
    cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as month_start_date,
    cast(numerator as decimal(18, 4)) as numerator,
    cast(denominator as decimal(18, 4)) as denominator,
    cast(null as decimal(18, 4)) as quantity
from health_validation
where has_enough_events
union all
select
    'adoption_rate' as kpi_id,
    month_start_date,
    cast(sum(active_users) as decimal(18, 4)) as numerator,
    cast(sum(seats) as decimal(18, 4)) as denominator,
    cast(null as decimal(18, 4)) as quantity
from account_adoption
group by month_start_date
