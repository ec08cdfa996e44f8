{%- set grace = var('late_renewal_grace_days') | int -%}

with

forecasts as (
    select * from {{ ref('fct_renewal_forecast_daily') }}
    where snapshot_date <= {{ as_of_day() }}
),

renewals as (
    select * from {{ ref('fct_renewals') }}
),

amounts as (
    select * from {{ ref('int_renewal_amounts') }}
),

horizons as (
    select * from {{ ref('renewal_horizons') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

quarters as (
    select
        {{ quarter_name('dates.date_day') }} as due_quarter,
        horizons.horizon_days,
        {{ add_days(dbt.dateadd('month', 3, 'dates.date_day'), -1) }} as quarter_end_date,
        {{ add_days(dbt.dateadd('month', 3, 'dates.date_day'), '-1 - horizons.horizon_days') }}
            as snapshot_date
    from dates
    cross join horizons
    where
        dates.date_day = cast({{ dbt.date_trunc('quarter', 'dates.date_day') }} as date)
        and {{ add_days(dbt.dateadd('month', 3, 'dates.date_day'), -1) }} <= {{ as_of_day() }}
),

judged_quarters as (
    select
        quarters.due_quarter,
        quarters.horizon_days,
        quarters.quarter_end_date,
        quarters.snapshot_date,
        cast(extract(year from quarters.snapshot_date) as {{ dbt.type_int() }}) as plan_year
    from quarters
    where quarters.snapshot_date in (select forecasts.snapshot_date from forecasts)
),

-- The naive forecaster: what was kept of all that was due in the year before, as the day knew it.
last_years as (
    select
        judged_quarters.snapshot_date,
        {{ ratio('sum(renewals.retained_arr)', 'sum(renewals.due_arr)') }} as kept_rate
    from judged_quarters
    inner join renewals
        on
            renewals.due_date <= {{ add_days('judged_quarters.snapshot_date', -grace) }}
            and renewals.due_date
            > {{ add_days(dbt.dateadd('year', -1, 'judged_quarters.snapshot_date'), -grace) }}
    group by judged_quarters.snapshot_date
),

foreseen as (
    select
        judged_quarters.due_quarter,
        judged_quarters.horizon_days,
        judged_quarters.plan_year,
        judged_quarters.quarter_end_date,
        forecasts.*,
        last_years.kept_rate
    from judged_quarters
    inner join forecasts
        on
            judged_quarters.snapshot_date = forecasts.snapshot_date
            and judged_quarters.due_quarter = forecasts.due_quarter
    left join last_years
        on judged_quarters.snapshot_date = last_years.snapshot_date
),

actual as (
    select
        judged_quarters.due_quarter,
        judged_quarters.horizon_days,
        judged_quarters.snapshot_date,
        judged_quarters.quarter_end_date,
        renewals.contract_id,
        renewals.segment,
        renewals.region,
        renewals.csm_user_id,
        renewals.outcome,
        amounts.due_arr,
        case
            when renewals.outcome in ('renewed', 'contracted', 'expanded') then amounts.billed_arr
            else 0
        end as renewed_arr
    from judged_quarters
    inner join renewals
        on judged_quarters.due_quarter = renewals.due_quarter
    inner join amounts
        on
            renewals.contract_id = amounts.contract_id
            and judged_quarters.plan_year = amounts.plan_year
)

select
    coalesce(foreseen.due_quarter, actual.due_quarter) as due_quarter,
    coalesce(foreseen.horizon_days, actual.horizon_days) as horizon_days,
    coalesce(foreseen.snapshot_date, actual.snapshot_date) as snapshot_date,
    coalesce(foreseen.quarter_end_date, actual.quarter_end_date) as quarter_end_date,
    coalesce(foreseen.contract_id, actual.contract_id) as contract_id,
    case when foreseen.contract_id is null then actual.segment else foreseen.segment end as segment,
    case when foreseen.contract_id is null then actual.region else foreseen.region end as region,
    case when foreseen.contract_id is null then actual.csm_user_id else foreseen.csm_user_id end
        as csm_user_id,
    coalesce(foreseen.state, 'not_foreseen') as state,
    case
        when actual.contract_id is null or actual.outcome in ('pending', 'overdue') then 'slipped'
        when foreseen.contract_id is null then 'pulled_in'
        when actual.outcome = 'churned' then 'lost'
        else 'kept'
    end as fate,
    foreseen.probability,
    coalesce(foreseen.due_arr, 0) as due_arr,
    coalesce(foreseen.forecast_arr, 0) as expected_arr,
    cast(coalesce(foreseen.due_arr * foreseen.kept_rate, 0) as decimal(18, 2)) as last_year_arr,
    cast(
        case
            when foreseen.state = 'open' then foreseen.due_arr * foreseen.kept_rate
            else coalesce(foreseen.forecast_arr, 0)
        end as decimal(18, 2)
    ) as last_year_on_open_arr,
    coalesce(foreseen.crm_commit_arr, 0) as crm_commit_arr,
    coalesce(foreseen.crm_best_case_arr, 0) as crm_best_case_arr,
    coalesce(foreseen.crm_pipeline_arr, 0) as crm_pipeline_arr,
    coalesce(actual.due_arr, 0) as actual_due_arr,
    least(coalesce(actual.renewed_arr, 0), coalesce(actual.due_arr, 0)) as actual_arr,
    greatest(coalesce(actual.renewed_arr, 0) - coalesce(actual.due_arr, 0), 0) as expanded_arr
from foreseen
full outer join actual
    on
        foreseen.due_quarter = actual.due_quarter
        and foreseen.horizon_days = actual.horizon_days
        and foreseen.contract_id = actual.contract_id
