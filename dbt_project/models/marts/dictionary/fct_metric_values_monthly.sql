-- The marts that metrics are declared on; a law compares this list with the semantic models.
-- depends_on: {{ ref('fct_account_adoption_monthly') }}
-- depends_on: {{ ref('fct_account_cost_to_serve') }}
-- depends_on: {{ ref('fct_account_engagement_monthly') }}
-- depends_on: {{ ref('fct_account_health_monthly') }}
-- depends_on: {{ ref('fct_account_retention_monthly') }}
-- depends_on: {{ ref('fct_account_tickets_monthly') }}
-- depends_on: {{ ref('fct_arr_movements_monthly') }}
-- depends_on: {{ ref('fct_cs_actions') }}
-- depends_on: {{ ref('fct_cs_qualified_leads') }}
-- depends_on: {{ ref('fct_csm_activity_daily') }}
-- depends_on: {{ ref('fct_csm_activity_weekly') }}
-- depends_on: {{ ref('fct_csm_capacity_monthly') }}
-- depends_on: {{ ref('fct_csm_time_weekly') }}
-- depends_on: {{ ref('fct_data_accuracy_monthly') }}
-- depends_on: {{ ref('fct_escalations') }}
-- depends_on: {{ ref('fct_expansion_monthly') }}
-- depends_on: {{ ref('fct_expansion_signals') }}
-- depends_on: {{ ref('fct_nps_monthly') }}
-- depends_on: {{ ref('fct_onboarding') }}
-- depends_on: {{ ref('fct_playbook_tasks') }}
-- depends_on: {{ ref('fct_qbr_periods') }}
-- depends_on: {{ ref('fct_qbr_renewals') }}
-- depends_on: {{ ref('fct_renewal_forecast_daily') }}
-- depends_on: {{ ref('fct_renewals') }}
-- depends_on: {{ ref('fct_source_freshness_monthly') }}
-- depends_on: {{ ref('fct_tickets') }}
-- depends_on: {{ ref('rpt_capacity_plan_monthly') }}
-- depends_on: {{ ref('rpt_csm_ramp_monthly') }}
-- depends_on: {{ ref('rpt_customer_lifetime_value') }}
-- depends_on: {{ ref('rpt_digital_programmes_monthly') }}
-- depends_on: {{ ref('rpt_health_validation') }}
-- depends_on: {{ ref('rpt_renewal_forecast_accuracy') }}
-- depends_on: {{ ref('rpt_retention_monthly') }}
-- depends_on: {{ ref('rpt_tech_touch_threshold') }}
-- depends_on: {{ ref('rpt_time_to_value') }}
-- depends_on: {{ ref('rpt_touch_model_outcomes') }}
with

targets as (
    select * from {{ ref('int_metric_targets') }}
),

{% if execute %}
{{ metric_value_ctes(semantic_formulas()) }},
{% else %}
metric_values as (select 1 as metric_name),
{% endif %}

-- The slice's own row before one of its type, and that before one for all; of these the newest.
ranked_targets as (
    select
        metric_values.metric_name,
        metric_values.slice_type,
        metric_values.slice_value,
        metric_values.metric_month,
        targets.target,
        targets.comparison,
        row_number() over (
            partition by
                metric_values.metric_name, metric_values.slice_type,
                metric_values.slice_value, metric_values.metric_month
            order by
                case when targets.slice_value = '*' then 1 else 0 end asc,
                case when targets.slice_type = '*' then 1 else 0 end asc,
                targets.valid_from desc
        ) as target_number
    from metric_values
    inner join targets
        on
            metric_values.metric_name = targets.metric_name
            and targets.slice_type in (metric_values.slice_type, '*')
            and targets.slice_value in (metric_values.slice_value, '*')
            and targets.valid_from <= {{ dbt.last_day('metric_values.metric_month', 'month') }}
            and targets.valid_from <= {{ as_of_day() }}
),

judged as (
    select
        metric_values.*,
        ranked_targets.target,
        case
            when metric_values.metric_value is null then 'no_value'
            when ranked_targets.target is null then 'no_target'
            when
                (comparison in ('at_least', 'above') and metric_value > ranked_targets.target)
                or (comparison in ('at_most', 'below') and metric_value < ranked_targets.target)
                or (comparison in ('at_least', 'at_most') and metric_value = ranked_targets.target)
                then 'on_target'
            else 'off_target'
        end as status
    from metric_values
    left join ranked_targets
        on
            metric_values.metric_name = ranked_targets.metric_name
            and metric_values.slice_type = ranked_targets.slice_type
            and metric_values.slice_value = ranked_targets.slice_value
            and metric_values.metric_month = ranked_targets.metric_month
            and ranked_targets.target_number = 1
)

select
    metric_name,
    slice_type,
    slice_value,
    status,
    numerator,
    denominator,
    metric_value,
    target,
    {{ dbt.last_day('metric_month', 'month') }} <= {{ as_of_day() }} as is_month_complete,
    metric_month as month_start_date
from judged
