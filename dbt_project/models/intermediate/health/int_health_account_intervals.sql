{%- set open_end = "cast('9999-12-31' as date)" -%}

with

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

invoice_arr_intervals as (
    select * from {{ ref('int_invoice_arr_intervals') }}
),

invoice_lines as (
    select * from {{ ref('billing_invoice_lines') }}
),

crm_arr_intervals as (
    select * from {{ ref('int_crm_arr_intervals') }}
),

billing_customers as (
    select * from {{ ref('billing_customers') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

billed_items as (
    select
        billing_customers.account_id,
        item_arr_intervals.arr_local,
        item_arr_intervals.valid_from,
        coalesce(item_arr_intervals.valid_to, {{ open_end }}) as valid_to
    from item_arr_intervals
    inner join billing_customers
        on item_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    where billing_customers.account_id is not null
    union all
    -- a customer that pays by invoice alone pays from the day of the invoice, not from the period's
    select
        billing_customers.account_id,
        invoice_arr_intervals.arr_local,
        greatest(
            invoice_arr_intervals.valid_from,
            coalesce(cast(invoice_lines.created_at as date), invoice_arr_intervals.valid_from)
        ) as valid_from,
        invoice_arr_intervals.valid_to
    from invoice_arr_intervals
    inner join billing_customers
        on invoice_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    left join invoice_lines
        on invoice_arr_intervals.invoice_line_id = invoice_lines.invoice_line_id
    where billing_customers.account_id is not null
),

first_billed as (
    select
        account_id,
        min(valid_from) as first_billed_date
    from billed_items
    group by account_id
),

-- The CRM speaks for an account until billing has heard of it, as in the ledger.
paying as (
    select
        account_id,
        valid_from,
        valid_to
    from billed_items
    where arr_local > 0
    union all
    select
        crm_arr_intervals.crm_account_id as account_id,
        crm_arr_intervals.valid_from,
        least(
            coalesce(crm_arr_intervals.valid_to, {{ open_end }}),
            coalesce(first_billed.first_billed_date, {{ open_end }})
        ) as valid_to
    from crm_arr_intervals
    left join first_billed
        on crm_arr_intervals.crm_account_id = first_billed.account_id
    where crm_arr_intervals.arr_local > 0
),

counted as (
    select
        members.account_id,
        greatest(paying.valid_from, members.valid_from) as valid_from,
        least(paying.valid_to, coalesce(members.valid_to, {{ open_end }})) as valid_to
    from paying
    inner join members
        on paying.account_id = members.member_account_id
),

ordered as (
    select
        account_id,
        valid_from,
        valid_to,
        max(valid_to) over (
            partition by account_id order by valid_from asc, valid_to asc
            rows between unbounded preceding and 1 preceding
        ) as covered_to
    from counted
    where
        valid_from < valid_to
        and valid_from <= {{ as_of_day() }}
),

numbered as (
    select
        ordered.*,
        sum(case when covered_to is null or valid_from > covered_to then 1 else 0 end) over (
            partition by account_id order by valid_from asc, valid_to asc
            rows between unbounded preceding and current row
        ) as spell_number
    from ordered
),

spells as (
    select
        account_id,
        cast(spell_number as {{ dbt.type_int() }}) as spell_number,
        min(min(valid_from)) over (partition by account_id) as first_customer_date,
        min(valid_from) as valid_from,
        nullif(max(valid_to), {{ open_end }}) as valid_to
    from numbered
    group by account_id, spell_number
)

select * from spells
