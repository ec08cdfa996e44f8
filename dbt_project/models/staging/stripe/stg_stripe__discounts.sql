with

discounts as (

    {{ latest_rows(source('stripe', 'subscription_discount'), 'id', '_fivetran_synced') }}

),

coupons as (

    {{ latest_rows(source('stripe', 'coupon'), 'id', '_fivetran_synced') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

dated as (

    select
        discounts.id as discount_id,
        discounts.subscription_id,
        coupons.percent_off as discount_percent,
        {{ major_units('coupons.amount_off', 4) }} as discount_amount,
        discounts."start" as valid_from,
        coalesce(
            {{ open_ended('discounts."end"') }},
            case
                when coupons.duration = 'repeating'
                    then {{ dbt.dateadd('month', 'coupons.duration_in_months', 'discounts."start"') }}
            end
        ) as valid_to
    from discounts
    inner join coupons
        on discounts.coupon_id = coupons.id
    left join currencies
        on upper(coupons.currency) = currencies.currency
    -- a discount of one invoice isn't recurring, so it doesn't touch the recurring price
    where coalesce(coupons.duration, 'forever') <> 'once'

)

select * from dated
