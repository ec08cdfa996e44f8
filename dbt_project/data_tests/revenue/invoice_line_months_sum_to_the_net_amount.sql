-- Recurring invoice lines whose months don't sum to their net amount, and invoices whose credits
-- don't sum to their credit notes.
with

months as (
    select
        invoice_line_id,
        sum(net_amount) as net_amount
    from {{ ref('int_invoice_line_months') }}
    group by invoice_line_id
),

credits as (
    select
        invoice_id,
        sum(amount) as amount
    from {{ ref('billing_credit_notes') }}
    where
        voided_at is null
        and lower(coalesce(status, '')) not in ('void', 'voided')
    group by invoice_id
),

invoices as (
    select
        invoice_id,
        sum(amount) as amount,
        sum(credited_amount) as credited_amount
    from {{ ref('int_invoice_lines_net') }}
    group by invoice_id
)

select lines.invoice_line_id as record_id
from {{ ref('int_invoice_lines_net') }} as lines
left join months
    on lines.invoice_line_id = months.invoice_line_id
where
    lines.is_recurring
    and lines.period_start_date < lines.period_end_date
    and coalesce(months.net_amount <> lines.net_amount, true)
union all
select invoices.invoice_id as record_id
from invoices
left join credits
    on invoices.invoice_id = credits.invoice_id
where
    invoices.amount <> 0
    and invoices.credited_amount <> coalesce(credits.amount, 0)
