with

invoice_lines as (
    select * from {{ ref('int_invoice_lines_net') }}
),

item_intervals as (
    select * from {{ ref('int_subscription_item_intervals') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

-- A customer whose subscriptions are known is billed by them; its invoices only say it again.
subscribed_customers as (
    select
        billing_customer_id,
        count(*) as intervals
    from item_intervals
    where valid_from <= {{ as_of_day() }}
    group by billing_customer_id
),

service_periods as (
    select
        invoice_lines.*,
        plan_fx_rates.plan_rate,
        {{ dbt.datediff(
            'invoice_lines.period_start_date', 'invoice_lines.period_end_date', 'month'
        ) }} as period_months,
        {{ dbt.datediff(
            'invoice_lines.period_start_date', 'invoice_lines.period_end_date', 'day'
        ) }} as period_days
    from invoice_lines
    left join subscribed_customers
        on invoice_lines.billing_customer_id = subscribed_customers.billing_customer_id
    left join plan_fx_rates
        on invoice_lines.currency = plan_fx_rates.currency
    where
        invoice_lines.is_recurring
        and invoice_lines.period_start_date < invoice_lines.period_end_date
        and subscribed_customers.billing_customer_id is null
),

-- Whole months when the period ends on the day it began, or on the last of a shorter month.
annualised as (
    select
        service_periods.*,
        case
            when
                period_months > 0
                and cast(
                    {{ dbt.dateadd('month', 'period_months', 'period_start_date') }} as date
                ) = period_end_date
                then {{ ratio('net_amount', 'period_months') }} * 12
            else {{ ratio('net_amount', 'period_days') }} * 365
        end as yearly_amount
    from service_periods
),

-- A quotient passes through a double; six decimals turn it back before it is rounded to cents.
with_arr as (
    select
        annualised.*,
        coalesce(nullif(quantity, 0), 1) as line_quantity,
        cast(cast(yearly_amount as decimal(22, 6)) as decimal(18, 2)) as arr_local
    from annualised
),

invoice_arr_intervals as (
    select
        invoice_line_id,
        coalesce(
            nullif(subscription_item_id, ''),
            nullif(price_id, ''),
            nullif(product_id, ''),
            invoice_line_id
        ) as item_id,
        subscription_id,
        billing_customer_id,
        account_id,
        product_id,
        currency,
        cast(line_quantity as decimal(18, 4)) as quantity,
        cast({{ ratio('arr_local', 'line_quantity') }} as decimal(30, 12)) as annual_unit_price,
        arr_local,
        plan_rate,
        {{ at_rate('arr_local', 'plan_rate') }} as arr,
        period_start_date as valid_from,
        period_end_date as valid_to
    from with_arr
)

select * from invoice_arr_intervals
