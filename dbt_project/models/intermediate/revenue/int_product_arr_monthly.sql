with

arr_plan_months as (
    select * from {{ ref('int_arr_plan_months') }}
),

product_arr_starts as (
    select * from {{ ref('int_product_arr_starts') }}
),

months as (
    select * from {{ ref('int_months') }}
),

product_months as (
    select
        account_id,
        product_id,
        month_number,
        max(spot_rate_fault) as spot_rate_fault,
        sum(arr) as arr,
        sum(arr_spot) as arr_spot,
        sum(arr_at_next_rate) as arr_at_next_rate
    from arr_plan_months
    group by account_id, product_id, month_number
),

product_arr_monthly as (
    select
        product_arr_starts.account_id,
        product_arr_starts.product_id,
        months.month_number,
        coalesce(product_months.spot_rate_fault, 0) as spot_rate_fault,
        cast(coalesce(product_months.arr, 0) as decimal(18, 2)) as closing_arr,
        cast(coalesce(product_months.arr_spot, 0) as decimal(18, 2)) as closing_arr_spot,
        cast(
            coalesce(product_months.arr_at_next_rate, 0) as decimal(18, 2)
        ) as closing_arr_at_next_rate
    from product_arr_starts
    inner join months
        on product_arr_starts.first_arr_date <= months.state_date
    left join product_months
        on
            product_arr_starts.account_id = product_months.account_id
            and product_arr_starts.product_id = product_months.product_id
            and months.month_number = product_months.month_number
)

select * from product_arr_monthly
