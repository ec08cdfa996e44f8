with

product_entitlements as (
    select * from {{ ref('product_entitlements') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

labels as (
    select * from {{ ref('expansion_labels') }}
),

own_limits as (
    select
        members.account_id,
        {{ label_key('product_entitlements.metric_name') }} as limit_name,
        product_entitlements.entitled_quantity,
        greatest(product_entitlements.valid_from, members.valid_from) as valid_from,
        least(
            coalesce(product_entitlements.valid_to, cast('9999-12-31' as date)),
            coalesce(members.valid_to, cast('9999-12-31' as date))
        ) as valid_to
    from product_entitlements
    inner join members
        on product_entitlements.account_id = members.member_account_id
    where product_entitlements.entitled_quantity > 0
),

expansion_limits as (
    select
        own_limits.account_id,
        own_limits.limit_name,
        own_limits.entitled_quantity,
        labels.label is not null as is_user_limit,
        own_limits.valid_from,
        own_limits.valid_to
    from own_limits
    left join labels
        on
            own_limits.limit_name = labels.label
            and labels.label_type = 'user_limit'
    where own_limits.valid_from < own_limits.valid_to
)

select * from expansion_limits
