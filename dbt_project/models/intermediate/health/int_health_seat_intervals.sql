{%- set open_end = "cast('9999-12-31' as date)" -%}

with

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

billing_customers as (
    select * from {{ ref('billing_customers') }}
),

product_entitlements as (
    select * from {{ ref('product_entitlements') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

-- Billing first, then what the product allows, then what the contract says.
seat_records as (
    select
        1 as source_rank,
        billing_customers.account_id,
        item_arr_intervals.product_id,
        item_arr_intervals.seats,
        item_arr_intervals.valid_from,
        coalesce(item_arr_intervals.valid_to, {{ open_end }}) as valid_to
    from item_arr_intervals
    inner join billing_customers
        on item_arr_intervals.billing_customer_id = billing_customers.billing_customer_id
    union all
    select
        1 + 1 as source_rank,
        account_id,
        product_id,
        cast(entitled_quantity as {{ dbt.type_int() }}) as seats,
        valid_from,
        coalesce(valid_to, {{ open_end }}) as valid_to
    from product_entitlements
    where lower(metric_name) like '%seat%'
    union all
    select
        1 + 1 + 1 as source_rank,
        account_id,
        cast(null as {{ dbt.type_string() }}) as product_id,
        licensed_seats as seats,
        {{ contract_known_date('crm_contracts') }} as valid_from,
        coalesce(end_date, {{ open_end }}) as valid_to
    from crm_contracts
    where coalesce(lower(status), '') <> 'draft'
),

records as (
    select
        seat_records.source_rank,
        members.account_id,
        coalesce(seat_records.product_id, '') as product_id,
        seat_records.seats,
        greatest(seat_records.valid_from, members.valid_from) as valid_from,
        least(seat_records.valid_to, coalesce(members.valid_to, {{ open_end }})) as valid_to
    from seat_records
    inner join members
        on seat_records.account_id = members.member_account_id
    where seat_records.seats > 0
),

change_days as (
    select
        account_id,
        valid_from as change_date
    from records
    where valid_from < valid_to
    union
    select
        account_id,
        valid_to as change_date
    from records
    where valid_from < valid_to
),

spans as (
    select
        account_id,
        change_date as valid_from,
        lead(change_date) over (partition by account_id order by change_date asc) as valid_to
    from change_days
),

-- Seats of one product add up; an add-on is used by the same people, so the largest product counts.
seats_by_product as (
    select
        spans.account_id,
        spans.valid_from,
        spans.valid_to,
        records.source_rank,
        records.product_id,
        sum(records.seats) as seats
    from spans
    inner join records
        on
            spans.account_id = records.account_id
            and spans.valid_from >= records.valid_from
            and spans.valid_from < records.valid_to
    where spans.valid_to is not null
    group by
        spans.account_id, spans.valid_from, spans.valid_to, records.source_rank, records.product_id
),

ranked as (
    select
        account_id,
        seats,
        valid_from,
        nullif(valid_to, {{ open_end }}) as valid_to,
        row_number() over (
            partition by account_id, valid_from
            order by source_rank asc, seats desc, product_id asc
        ) as choice
    from seats_by_product
),

seat_intervals as (
    select
        account_id,
        cast(seats as {{ dbt.type_int() }}) as seats,
        valid_from,
        valid_to
    from ranked
    where choice = 1
)

select * from seat_intervals
