{%- set quantity = 'cast(null as decimal(18, 4)) as quantity' -%}

with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

renewals as (
    select * from {{ ref('fct_renewals') }}
    where
        due_date <= {{ as_of_day() }}
        and not is_coterm_stub
),

forecast_accuracy as (
    select * from {{ ref('rpt_renewal_forecast_accuracy') }}
    where
        slice_type = 'company'
        and forecaster = 'expected'
        and horizon_days = 90
),

qbr_completion as (
    select * from {{ ref('rpt_qbr_completion') }}
    where slice_type = 'company'
),

retention as (
    select * from {{ ref('rpt_retention_monthly') }}
    where slice_type = 'company'
),

support as (
    select * from {{ ref('rpt_support_monthly') }}
    where slice_type = 'company'
)

select
    'on_time_renewal_rate' as kpi_id,
    cast({{ dbt.date_trunc('month', 'due_date') }} as date) as month_start_date,
    cast({{ counted("timing in ('early', 'on_time')") }} as decimal(18, 4)) as numerator,
    cast(count(*) as decimal(18, 4)) as denominator,
    {{ quantity }}
from renewals
group by cast({{ dbt.date_trunc('month', 'due_date') }} as date)
union all
select
    'forecast_accuracy' as kpi_id,
    months.month_start_date,
    cast(forecast_accuracy.actual_arr - forecast_accuracy.absolute_error_arr as decimal(18, 4))
        as numerator,
    cast(forecast_accuracy.actual_arr as decimal(18, 4)) as denominator,
    {{ quantity }}
from months
inner join forecast_accuracy
    on months.quarter_end_date = forecast_accuracy.quarter_end_date
union all
select
    'qbr_completion_rate' as kpi_id,
    months.month_start_date,
    cast(qbr_completion.reviews_on_cadence as decimal(18, 4)) as numerator,
    cast(qbr_completion.eligible_reviews as decimal(18, 4)) as denominator,
    {{ quantity }}
from months
inner join qbr_completion
    on months.quarter_start_date = qbr_completion.quarter_start_date
{%- for kpi_id, numerator in [('nrr', 'end_arr'), ('grr', 'retained_arr')] %}
union all
select
    '{{ kpi_id }}' as kpi_id,
    month_start_date,
    cast({{ numerator }} as decimal(18, 4)) as numerator,
    cast(start_arr as decimal(18, 4)) as denominator,
    {{ quantity }}
from retention
{%- endfor %}
union all
select
    'first_response_rate' as kpi_id,
    month_start_date,
    cast(on_time_responses as decimal(18, 4)) as numerator,
    cast(due_responses as decimal(18, 4)) as denominator,
    {{ quantity }}
from support
union all
select
    'first_response_hours' as kpi_id,
    month_start_date,
    cast(null as decimal(18, 4)) as numerator,
    cast(null as decimal(18, 4)) as denominator,
    cast(first_response_hours_median as decimal(18, 4)) as quantity
from support
