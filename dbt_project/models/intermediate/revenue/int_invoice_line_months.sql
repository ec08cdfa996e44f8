{%- set longest_service_months = 512 -%}

with

invoice_lines as (
    select * from {{ ref('int_invoice_lines_net') }}
),

numbers as (
    {{ dbt.generate_series(longest_service_months) }}
),

service_months as (
    select
        invoice_lines.*,
        cast({{ dbt.dateadd(
            'month',
            'cast(numbers.generated_number as ' ~ dbt.type_int() ~ ') - 1',
            dbt.date_trunc('month', 'invoice_lines.period_start_date')
        ) }} as date) as month_start_date
    from invoice_lines
    inner join numbers
        on
            {{ dbt.datediff(
                'invoice_lines.period_start_date', 'invoice_lines.period_end_date', 'month'
            ) }} + 1 >= numbers.generated_number
    where
        invoice_lines.is_recurring
        and invoice_lines.period_start_date < invoice_lines.period_end_date
),

service_months_with_end as (
    select
        service_months.*,
        cast({{ dbt.dateadd('month', 1, 'month_start_date') }} as date) as next_month_start_date
    from service_months
),

line_months as (
    select
        invoice_line_id,
        account_id,
        currency,
        month_start_date,
        {{ cents('net_amount') }} as net_cents,
        {{ dbt.datediff(
            'greatest(period_start_date, month_start_date)',
            'least(period_end_date, next_month_start_date)',
            'day'
        ) }} as service_days,
        cast(
            {{ dbt.datediff(
                'period_start_date', 'period_end_date', 'day'
            ) }} as decimal(20, 0)
        ) as period_days
    from service_months_with_end
    where month_start_date < period_end_date
),

with_remainders as (
    select
        line_months.*,
        {{ remainder('net_cents * service_days', 'period_days') }} as remainder_cents
    from line_months
),

with_whole_cents as (
    select
        with_remainders.*,
        cast(
            {{ ratio('(net_cents * service_days - remainder_cents)', 'period_days') }}
            as decimal(20, 0)
        ) as whole_cents,
        row_number() over (
            partition by invoice_line_id
            order by remainder_cents desc, month_start_date asc
        ) as remainder_rank
    from with_remainders
),

with_leftover as (
    select
        with_whole_cents.*,
        net_cents - sum(whole_cents) over (partition by invoice_line_id) as leftover_cents
    from with_whole_cents
),

invoice_line_months as (
    select
        invoice_line_id,
        account_id,
        currency,
        cast(service_days as {{ dbt.type_int() }}) as service_days,
        {{ money_of(
            '(whole_cents + case when remainder_rank <= leftover_cents then 1 else 0 end)'
        ) }} as net_amount,
        month_start_date
    from with_leftover
)

select * from invoice_line_months
