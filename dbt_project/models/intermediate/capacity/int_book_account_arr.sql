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

-- As recorded and when it was known: an invoice counts from its day, not from its period's.
records as (
    select
        billing_customers.account_id,
        'billing' as arr_source,
        item_arr_intervals.arr,
        item_arr_intervals.valid_from,
        coalesce(item_arr_intervals.valid_to, {{ open_end }}) as valid_to
    from item_arr_intervals
    inner join billing_customers
        on item_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    union all
    select
        billing_customers.account_id,
        'billing' as arr_source,
        invoice_arr_intervals.arr,
        greatest(
            invoice_arr_intervals.valid_from,
            coalesce(cast(invoice_lines.created_at as date), invoice_arr_intervals.valid_from)
        ) as valid_from,
        coalesce(invoice_arr_intervals.valid_to, {{ open_end }}) as valid_to
    from invoice_arr_intervals
    inner join billing_customers
        on invoice_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    left join invoice_lines
        on invoice_arr_intervals.invoice_line_id = invoice_lines.invoice_line_id
    union all
    select
        crm_account_id as account_id,
        'crm' as arr_source,
        arr,
        valid_from,
        coalesce(valid_to, {{ open_end }}) as valid_to
    from crm_arr_intervals
),

-- Each record under the account that it counted under, from one merger to the next.
counted as (
    select
        members.account_id,
        records.arr_source,
        records.arr,
        greatest(records.valid_from, members.valid_from) as valid_from,
        least(records.valid_to, coalesce(members.valid_to, {{ open_end }})) as valid_to
    from records
    inner join members
        on records.account_id = members.member_account_id
    where records.valid_from <= {{ as_of_day() }}
),

first_billed as (
    select
        account_id,
        min(valid_from) as first_billed_date
    from counted
    where arr_source = 'billing'
    group by account_id
),

-- The CRM speaks for an account until billing has heard of it, as in the ledger.
spoken_for as (
    select
        counted.account_id,
        counted.arr,
        counted.valid_from,
        case
            when counted.arr_source = 'crm'
                then
                    least(
                        counted.valid_to, coalesce(first_billed.first_billed_date, {{ open_end }})
                    )
            else counted.valid_to
        end as valid_to
    from counted
    left join first_billed
        on counted.account_id = first_billed.account_id
),

changes as (
    select
        account_id,
        arr as arr_change,
        valid_from as change_date
    from spoken_for
    where valid_from < valid_to
    union all
    select
        account_id,
        -arr as arr_change,
        valid_to as change_date
    from spoken_for
    where valid_from < valid_to
),

changes_by_day as (
    select
        account_id,
        sum(arr_change) as arr_change,
        change_date
    from changes
    where change_date <= {{ as_of_day() }}
    group by account_id, change_date
)

select
    account_id,
    cast(
        sum(arr_change) over (
            partition by account_id order by change_date asc
            rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as arr,
    change_date as valid_from,
    lead(change_date) over (partition by account_id order by change_date asc) as valid_to
from changes_by_day
