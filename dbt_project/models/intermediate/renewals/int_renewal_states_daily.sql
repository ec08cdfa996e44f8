{%- set first_day = first_new_snapshot() -%}
{%- set last_day = last_new_day(first_day) -%}
{%- set amount = 'cast(coalesce(amount_values.amount, 0) as decimal(18, 2))' -%}

with

facts as (
    select * from {{ ref('int_renewal_facts') }}
),

due_rows as (
    select * from {{ ref('int_renewal_due_rows') }}
),

amounts as (
    select * from {{ ref('int_renewal_amounts') }}
),

opportunity_intervals as (
    select * from {{ ref('int_renewal_opportunity_intervals') }}
),

opportunities as (
    select * from {{ ref('int_renewal_opportunities') }}
),

plan_rates as (
    select * from {{ ref('int_renewal_plan_rates') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

settings as (
    {{ renewal_settings_row(['forecast_backfill_days', 'forecast_horizon_quarters']) }}
),

days as (
    select
        dates.date_day as snapshot_date,
        cast(extract(year from dates.date_day) as {{ dbt.type_int() }}) as plan_year,
        cast({{ dbt.date_trunc('quarter', 'dates.date_day') }} as date) as first_due_date,
        cast({{ dbt.dateadd(
            'month', '3 * (settings.forecast_horizon_quarters + 1)',
            dbt.date_trunc('quarter', 'dates.date_day')
        ) }} as date) as horizon_date
    from dates
    cross join settings
    where
        dates.date_day <= {{ day_literal(last_day) }}
        {%- if first_day %}
        and dates.date_day >= {{ day_literal(first_day) }}
        {%- else %}
        and dates.date_day > {{ add_days(as_of_day(), '-settings.forecast_backfill_days') }}
        {%- endif %}
),

term_days as (
    select
        days.snapshot_date,
        days.plan_year,
        facts.*,
        {{ renewal_state('facts', 'days.snapshot_date') }} as state
    from days
    inner join facts
        on
            days.first_due_date <= facts.due_date
            and days.horizon_date > facts.due_date
            and days.snapshot_date >= facts.signed_date
    where
        not facts.is_transferred
        or coalesce(facts.service_end_date > days.snapshot_date, true)
),

due as (
    select
        term_days.snapshot_date,
        term_days.contract_id,
        cast(sum({{ at_rate('due_rows.arr_local', 'plan_rates.plan_rate') }}) as decimal(18, 2))
            as due_arr
    from term_days
    inner join due_rows
        on
            term_days.contract_id = due_rows.contract_id
            and term_days.snapshot_date >= due_rows.valid_from
            and term_days.snapshot_date < due_rows.valid_to
    inner join plan_rates
        on
            due_rows.currency = plan_rates.currency
            and term_days.plan_year = plan_rates.plan_year
    group by term_days.snapshot_date, term_days.contract_id
)

select
    term_days.snapshot_date,
    term_days.plan_year,
    term_days.contract_id,
    members.account_id,
    case
        when term_days.opportunity_created_date <= term_days.snapshot_date
            then term_days.opportunity_id
    end as opportunity_id,
    term_days.opportunity_rule,
    term_days.state,
    categories.field_value as crm_category,
    coalesce(due.due_arr, 0) as due_arr,
    case
        when term_days.resume_date <= term_days.snapshot_date then amounts.billed_arr
        when term_days.successor_signed_date <= term_days.snapshot_date then amounts.committed_arr
        when
            term_days.won_date <= term_days.snapshot_date
            and term_days.opportunity_rule <> 'main_contract'
            then {{ at_rate(amount, 'plan_rates.plan_rate') }}
        else coalesce(due.due_arr, 0)
    end as known_arr,
    {{ at_rate(amount, 'plan_rates.plan_rate') }}
        as crm_arr,
    coalesce(term_days.notice_date <= term_days.snapshot_date, false) as is_notice_given,
    term_days.is_coterm_stub,
    term_days.due_date
from term_days
left join due
    on
        term_days.snapshot_date = due.snapshot_date
        and term_days.contract_id = due.contract_id
left join amounts
    on
        term_days.contract_id = amounts.contract_id
        and term_days.plan_year = amounts.plan_year
left join members
    on
        term_days.contract_account_id = members.member_account_id
        and term_days.snapshot_date >= members.valid_from
        and coalesce(term_days.snapshot_date < members.valid_to, true)
left join opportunities
    on term_days.opportunity_id = opportunities.opportunity_id
left join opportunity_intervals as categories
    on
        term_days.opportunity_id = categories.opportunity_id
        and categories.field_name = 'forecast_category'
        and term_days.snapshot_date >= categories.valid_from
        and term_days.snapshot_date < categories.valid_to
left join (
    select
        opportunity_id,
        {{ try_to('field_value', 'decimal(18,2)') }} as amount,
        valid_from,
        valid_to
    from opportunity_intervals
    where field_name = 'amount'
) as amount_values
    on
        term_days.opportunity_id = amount_values.opportunity_id
        and term_days.snapshot_date >= amount_values.valid_from
        and term_days.snapshot_date < amount_values.valid_to
left join plan_rates
    on
        coalesce(opportunities.currency, term_days.currency) = plan_rates.currency
        and term_days.plan_year = plan_rates.plan_year
