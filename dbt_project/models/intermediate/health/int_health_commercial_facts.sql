{%- set day_number = dbt.datediff("cast('1900-01-01' as date)", 'valid_from', 'day') -%}
{%- set open_end = "cast('9999-12-31' as date)" -%}

with

billing_invoices as (
    select * from {{ ref('billing_invoices') }}
),

billing_customers as (
    select * from {{ ref('billing_customers') }}
),

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['overdue_limit_days']) }}
    from health_settings
),

invoices as (
    select
        billing_customers.account_id,
        greatest(
            {{ add_days('billing_invoices.due_date', 1) }},
            cast(coalesce(
                billing_invoices.finalized_at,
                billing_invoices.issued_at,
                billing_invoices.created_at
            ) as date)
        ) as overdue_from,
        least(
            {{ add_days('billing_invoices.due_date', 'settings.overdue_limit_days') }},
            coalesce(cast(billing_invoices.paid_at as date), {{ open_end }}),
            coalesce(cast(billing_invoices.voided_at as date), {{ open_end }})
        ) as overdue_to,
        cast(billing_invoices.created_at as date) as created_date
    from billing_invoices
    inner join billing_customers
        on billing_invoices.billing_customer_id = billing_customers.billing_customer_id
    cross join settings
    where
        billing_customers.account_id is not null
        and lower(billing_invoices.status) <> 'draft'
),

-- Overdue invoices that follow each other without a free day are one spell.
ordered as (
    select
        account_id,
        overdue_from,
        overdue_to,
        max(overdue_to) over (
            partition by account_id order by overdue_from asc, overdue_to asc
            rows between unbounded preceding and 1 preceding
        ) as covered_to
    from invoices
    where overdue_from < overdue_to
),

numbered as (
    select
        ordered.*,
        sum(case when covered_to is null or overdue_from > covered_to then 1 else 0 end) over (
            partition by account_id order by overdue_from asc, overdue_to asc
            rows between unbounded preceding and current row
        ) as spell_number
    from ordered
),

spells as (
    select
        account_id,
        spell_number,
        min(overdue_from) as valid_from,
        max(overdue_to) as valid_to
    from numbered
    group by account_id, spell_number
),

-- What an item would cost without its discount, from its ARR; a free item has no list price.
prices as (
    select
        billing_customers.account_id,
        cast({{ ratio(
            'item_arr_intervals.arr_local * 100', '100 - item_arr_intervals.discount_percent'
        ) }} as decimal(18, 2)) as list_price,
        item_arr_intervals.arr_local,
        item_arr_intervals.valid_from,
        item_arr_intervals.valid_to
    from item_arr_intervals
    inner join billing_customers
        on item_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    where
        billing_customers.account_id is not null
        and item_arr_intervals.arr_local > 0
        and item_arr_intervals.discount_percent < 100
),

-- The newest term that is known counts; an older one that is entered later doesn't replace it.
contracts as (
    select
        contracts.account_id,
        contracts.arr,
        previous.arr as previous_arr,
        {{ contract_known_date('contracts') }} as valid_from,
        min({{ contract_known_date('contracts') }}) over (
            partition by contracts.account_id
            order by contracts.start_date asc, contracts.contract_id asc
            rows between 1 following and unbounded following
        ) as valid_to
    from crm_contracts as contracts
    inner join crm_contracts as previous
        on contracts.previous_contract_id = previous.contract_id
    where
        lower(contracts.status) <> 'draft'
        and previous.arr > 0
        and contracts.arr is not null
),

commercial_facts as (
    select
        'invoices_known' as quantity_id,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        min(created_date) as valid_from,
        cast(null as date) as valid_to
    from invoices
    group by account_id
    union all
    select
        'overdue_spells' as quantity_id,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from spells
    union all
    select
        'overdue_since' as quantity_id,
        account_id,
        -- so that the first overdue day is day 1
        cast({{ day_number }} - 1 as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from spells
    union all
    select
        'list_price' as quantity_id,
        account_id,
        cast(list_price as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from prices
    union all
    select
        'discount' as quantity_id,
        account_id,
        cast(list_price - arr_local as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from prices
    union all
    select
        'renewals' as quantity_id,
        account_id,
        cast(1 as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from contracts
    union all
    select
        'renewal_change' as quantity_id,
        account_id,
        cast({{ ratio('arr - previous_arr', 'previous_arr') }} as decimal(18, 4)) as amount,
        valid_from,
        valid_to
    from contracts
)

select * from commercial_facts
