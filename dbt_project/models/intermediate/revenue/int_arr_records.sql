{%- set open_end = "cast('9999-12-31' as date)" -%}

with

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

invoice_arr_intervals as (
    select * from {{ ref('int_invoice_arr_intervals') }}
),

crm_arr_intervals as (
    select * from {{ ref('int_crm_arr_intervals') }}
),

billing_records as (
    select
        'billing' as arr_source,
        subscription_item_id as record_id,
        subscription_item_id as item_id,
        account_id,
        subscription_id,
        contract_id,
        product_id,
        product_name,
        plan_name,
        currency,
        quantity,
        annual_unit_price,
        discount_percent,
        arr_local,
        plan_rate,
        arr,
        valid_from,
        valid_to
    from item_arr_intervals
    where
        account_id is not null
        and valid_from <= {{ as_of_day() }}
    union all
    select
        'invoice' as arr_source,
        invoice_line_id as record_id,
        item_id,
        account_id,
        subscription_id,
        cast(null as {{ dbt.type_string() }}) as contract_id,
        product_id,
        cast(null as {{ dbt.type_string() }}) as product_name,
        cast(null as {{ dbt.type_string() }}) as plan_name,
        currency,
        quantity,
        annual_unit_price,
        0 as discount_percent,
        arr_local,
        plan_rate,
        arr,
        valid_from,
        valid_to
    from invoice_arr_intervals
    where
        account_id is not null
        and valid_from <= {{ as_of_day() }}
),

billed_accounts as (
    select
        account_id,
        count(*) as records
    from billing_records
    group by account_id
),

-- Billing is the ledger; the CRM's figure stands in only where billing knows nothing.
records as (
    select * from billing_records
    union all
    select
        'crm' as arr_source,
        crm_arr_intervals.crm_account_id as record_id,
        crm_arr_intervals.crm_account_id as item_id,
        crm_arr_intervals.account_id,
        cast(null as {{ dbt.type_string() }}) as subscription_id,
        cast(null as {{ dbt.type_string() }}) as contract_id,
        cast(null as {{ dbt.type_string() }}) as product_id,
        cast(null as {{ dbt.type_string() }}) as product_name,
        cast(null as {{ dbt.type_string() }}) as plan_name,
        crm_arr_intervals.currency,
        1 as quantity,
        crm_arr_intervals.arr_local as annual_unit_price,
        0 as discount_percent,
        crm_arr_intervals.arr_local,
        crm_arr_intervals.plan_rate,
        crm_arr_intervals.arr,
        crm_arr_intervals.valid_from,
        crm_arr_intervals.valid_to
    from crm_arr_intervals
    left join billed_accounts
        on crm_arr_intervals.account_id = billed_accounts.account_id
    where
        billed_accounts.account_id is null
        and crm_arr_intervals.valid_from <= {{ as_of_day() }}
),

arr_records as (
    select
        arr_source,
        record_id,
        item_id,
        account_id,
        subscription_id,
        contract_id,
        coalesce(nullif(product_id, ''), nullif(product_name, ''), '(none)') as product_id,
        product_name,
        coalesce(nullif(plan_name, ''), '(none)') as plan_name,
        currency,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(annual_unit_price as decimal(30, 12)) as annual_unit_price,
        cast(discount_percent as decimal(7, 4)) as discount_percent,
        cast(arr_local as decimal(18, 2)) as arr_local,
        plan_rate,
        cast(arr as decimal(18, 2)) as arr,
        valid_from,
        coalesce(valid_to, {{ open_end }}) as valid_to
    from records
)

select * from arr_records
