with

invoice_lines as (
    select * from {{ ref('billing_invoice_lines') }}
),

invoices as (
    select * from {{ ref('billing_invoices') }}
),

credit_notes as (
    select * from {{ ref('billing_credit_notes') }}
),

line_types as (
    select * from {{ ref('invoice_line_types') }}
),

customers as (
    select * from {{ ref('billing_customers') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

credits as (
    select
        invoice_id,
        sum(amount) as credit_amount
    from credit_notes
    where
        voided_at is null
        and lower(coalesce(status, '')) not in ('void', 'voided')
    group by invoice_id
),

-- Every line of an issued invoice bears its part of the credit, tax and one-time lines too.
issued_lines as (
    select
        invoice_lines.*,
        invoices.billing_customer_id,
        coalesce(credits.credit_amount, 0) as credit_amount,
        {{ cents('invoice_lines.amount') }} as amount_cents,
        {{ cents('coalesce(credits.credit_amount, 0)') }} as credit_cents,
        sum({{ cents('invoice_lines.amount') }}) over (
            partition by invoice_lines.invoice_id
        ) as invoice_cents
    from invoice_lines
    inner join invoices
        on invoice_lines.invoice_id = invoices.invoice_id
    left join credits
        on invoice_lines.invoice_id = credits.invoice_id
    where
        lower(invoices.status) not in ('draft', 'void', 'voided')
        and invoices.voided_at is null
),

-- Largest remainder: whole cents first, then one more to the lines that lost most by it.
weighted as (
    select
        issued_lines.*,
        amount_cents * credit_cents * sign(invoice_cents) as weighted_cents,
        cast(abs(invoice_cents) as decimal(20, 0)) as weight_total
    from issued_lines
),

floored as (
    select
        weighted.*,
        case
            when weight_total = 0 then 0
            else {{ remainder('weighted_cents', 'weight_total') }}
        end as remainder_cents
    from weighted
),

with_whole_cents as (
    select
        floored.*,
        case
            when weight_total = 0 then 0
            else cast(
                {{ ratio('(weighted_cents - remainder_cents)', 'weight_total') }}
                as decimal(20, 0)
            )
        end as whole_cents,
        row_number() over (
            partition by invoice_id
            order by remainder_cents desc, invoice_line_id asc
        ) as remainder_rank
    from floored
),

with_leftover as (
    select
        with_whole_cents.*,
        case
            when weight_total = 0 then 0
            else credit_cents - sum(whole_cents) over (partition by invoice_id)
        end as leftover_cents
    from with_whole_cents
),

net_lines as (
    select
        with_leftover.invoice_line_id,
        with_leftover.invoice_id,
        with_leftover.billing_customer_id,
        account_survivors.surviving_account_id as account_id,
        with_leftover.subscription_id,
        with_leftover.subscription_item_id,
        with_leftover.price_id,
        with_leftover.product_id,
        with_leftover.currency,
        with_leftover.quantity,
        with_leftover.amount,
        {{ money_of(
            '(whole_cents + case when remainder_rank <= leftover_cents then 1 else 0 end)'
        ) }} as credited_amount,
        coalesce(line_types.is_recurring, true) as is_recurring,
        cast(with_leftover.period_start as date) as period_start_date,
        cast(with_leftover.period_end as date) as period_end_date
    from with_leftover
    left join line_types
        on {{ label_key('with_leftover.line_type') }} = line_types.line_type
    left join customers
        on with_leftover.billing_customer_id = customers.billing_customer_id
    left join account_survivors
        on customers.account_id = account_survivors.account_id
),

invoice_lines_net as (
    select
        net_lines.*,
        cast(amount - credited_amount as decimal(18, 2)) as net_amount
    from net_lines
)

select * from invoice_lines_net
