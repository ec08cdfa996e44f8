{%- set is_state_date = 'date_day in (select state_dates.date_day from state_dates)' -%}
-- Each figure of the scorecard beside that of the mart which owns it, made in another way where the
-- mart has no column of it. A month that the mart doesn't tell of has to be unknown, too.
with

kpis as (
    select * from {{ ref('rpt_cs_ops_kpis_monthly') }}
),

state_dates as (
    select
        month_start_date,
        max(date_day) as date_day
    from {{ ref('dim_dates') }}
    where is_past
    group by month_start_date
),

shares as (
    {%- for kpi_id, mart, moment, hit, condition in [
        ('playbook_compliance', 'fct_playbook_tasks', 'due_date', 'is_done_on_time', 'is_due'),
        ('automation_utilization', 'fct_cs_actions', 'opened_date', "opened_by = 'rule'", "opened_by in ('rule', 'person')"),
        ('process_adoption', 'fct_csm_activity_weekly', 'week_end_date', 'required_activities >= 1', 'true'),
        ('tool_adoption', 'fct_csm_activity_daily', 'date_day', 'traces >= 1', 'true'),
        ('health_coverage', 'fct_account_health_daily', 'date_day', "status = 'scored' or score is not null",
            is_state_date),
    ] %}
    select
        '{{ kpi_id }}' as kpi_id,
        cast({{ dbt.date_trunc('month', moment) }} as date) as month_start_date,
        avg(case when {{ hit }} then 1.0 else 0.0 end) as mart_value
    from {{ ref(mart) }}
    where {{ condition }}
    group by cast({{ dbt.date_trunc('month', moment) }} as date)
    union all
    {%- endfor %}
    select
        'on_time_renewal_rate' as kpi_id,
        cast({{ dbt.date_trunc('month', 'due_date') }} as date) as month_start_date,
        avg(case when closed_date <= due_date and timing is not null then 1.0 else 0.0 end)
            as mart_value
    from {{ ref('fct_renewals') }}
    where not is_coterm_stub and due_date <= {{ as_of_day() }}
    group by cast({{ dbt.date_trunc('month', 'due_date') }} as date)
),

columns_of_marts as (
    {%- for kpi_id, mart, column, condition in [
        ('nrr', 'rpt_retention_monthly', 'nrr', "slice_type = 'company'"),
        ('grr', 'rpt_retention_monthly', 'grr', "slice_type = 'company'"),
        ('first_response_rate', 'rpt_support_monthly', 'first_response_rate', "slice_type = 'company'"),
        ('first_response_hours', 'rpt_support_monthly', 'first_response_hours_median', "slice_type = 'company'"),
        ('csm_ramp_days', 'rpt_csm_ramp_monthly', 'median_days', "slice_type = 'company'"),
    ] %}
    select
        '{{ kpi_id }}' as kpi_id,
        month_start_date,
        {{ column }} as mart_value
    from {{ ref(mart) }}
    where {{ condition }}
    union all
    {%- endfor %}
    select
        'health_recall_90d' as kpi_id,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as month_start_date,
        metric_value as mart_value
    from {{ ref('rpt_health_validation') }}
    where
        metric_id = 'recall'
        and predictor_id = 'score'
        and slice_type = 'all'
        and horizon_days = 90
    union all
    select
        case
            when check_id = 'required_value' then 'data_accuracy_rate'
            else 'crm_billing_arr_match'
        end as kpi_id,
        month_start_date,
        1 - {{ ratio('sum(missing_values + invalid_values)', 'sum(checked_values)') }} as mart_value
    from {{ ref('fct_data_accuracy_monthly') }}
    group by check_id, month_start_date
    union all
    select
        'data_freshness_hours' as kpi_id,
        month_start_date,
        max(freshness_hours) as mart_value
    from {{ ref('fct_source_freshness_monthly') }}
    where is_daily
    group by month_start_date
    union all
    select
        'csm_customer_time' as kpi_id,
        cast({{ dbt.date_trunc('month', 'week_end_date') }} as date) as month_start_date,
        {{ ratio('sum(csm_customer_time * logged_hours)', 'sum(logged_hours)') }} as mart_value
    from {{ ref('fct_csm_time_weekly') }}
    where is_on_staff and week_end_date <= {{ as_of_day() }}
    group by cast({{ dbt.date_trunc('month', 'week_end_date') }} as date)
    union all
    select
        'adoption_rate' as kpi_id,
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
        {{ ratio('sum(numerator)', 'sum(denominator)') }} as mart_value
    from {{ ref('fct_account_health_inputs_daily') }}
    where
        measure_id = 'seat_adoption'
        and {{ is_state_date }}
    group by cast({{ dbt.date_trunc('month', 'date_day') }} as date)
),

months as (
    select
        month_start_date,
        {{ add_days('date_day', '1') }} as next_date
    from state_dates
),

-- A quarter is told from its last evening on until the last evening of the next one.
quarters as (
    select
        'qbr_completion_rate' as kpi_id,
        quarter_start_date,
        qbr_completion_rate as mart_value
    from {{ ref('rpt_qbr_completion') }}
    where slice_type = 'company'
    union all
    select
        'forecast_accuracy' as kpi_id,
        cast({{ dbt.date_trunc('quarter', 'quarter_end_date') }} as date) as quarter_start_date,
        forecast_accuracy as mart_value
    from {{ ref('rpt_renewal_forecast_accuracy') }}
    where slice_type = 'company' and forecaster = 'expected' and horizon_days = 90
),

told as (
    select * from shares
    union all
    select * from columns_of_marts
    union all
    select
        quarters.kpi_id,
        months.month_start_date,
        quarters.mart_value
    from quarters
    inner join months
        on
            {{ dbt.dateadd('month', 3, 'quarters.quarter_start_date') }} <= months.next_date
            and {{ dbt.dateadd('month', 6, 'quarters.quarter_start_date') }} > months.next_date
)

select
    kpis.kpi_id,
    kpis.month_start_date,
    kpis.kpi_value,
    told.mart_value
from kpis
left join told
    on
        kpis.kpi_id = told.kpi_id
        and kpis.month_start_date = told.month_start_date
where
    (kpis.kpi_value is null) <> (told.mart_value is null)
    or abs(kpis.kpi_value - told.mart_value) > 0.000002
    or (kpis.kpi_value is null) <> (kpis.status = 'unknown')
    or (kpis.kpi_value is null) <> (kpis.unknown_reason is not null)
