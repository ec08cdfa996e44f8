with

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

product_arr_monthly as (
    select * from {{ ref('int_product_arr_monthly') }}
),

months as (
    select * from {{ ref('int_months') }}
),

account_starts as (
    select
        account_id,
        min(month_number) as first_month_number
    from account_arr_monthly
    group by account_id
),

-- From its first month on an account stands in the slice that it has, and that it had a year before.
spans as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        greatest(
            account_slices.first_month_number
            + case account_slices.slice_at when 'start' then 12 else 0 end,
            account_starts.first_month_number
        ) as first_month_number,
        account_slices.last_month_number
        + case account_slices.slice_at when 'start' then 12 else 0 end as last_month_number
    from account_slices
    inner join account_starts
        on account_slices.account_id = account_starts.account_id
    union
    select
        'product' as slice_type,
        product_id as slice_value,
        min(month_number) as first_month_number,
        max(month_number) as last_month_number
    from product_arr_monthly
    group by product_id
),

retention_slices as (
    select
        spans.slice_type,
        spans.slice_value,
        months.month_number,
        months.is_month_complete,
        months.month_start_date
    from spans
    inner join months
        on
            spans.first_month_number <= months.month_number
            and spans.last_month_number >= months.month_number
    group by
        spans.slice_type,
        spans.slice_value,
        months.month_number,
        months.is_month_complete,
        months.month_start_date
)

select * from retention_slices
