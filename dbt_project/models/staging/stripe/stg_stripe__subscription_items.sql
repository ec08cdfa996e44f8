with

item_versions as (

    select
        items.*,
        {{ open_ended('_fivetran_end') }} as ended_at,
        row_number() over (
            partition by id, _fivetran_start
            order by {{ open_ended('_fivetran_end') }} asc nulls last, _row_hash, _source_file, _load_id
        ) as version_rank
    from {{ source('stripe', 'subscription_item') }} as items

),

prices as (

    {{ latest_rows(source('stripe', 'price'), 'id', '_fivetran_synced') }}

),

products as (

    {{ latest_rows(source('stripe', 'product'), 'id', '_fivetran_synced') }}

),

subscriptions as (

    {{ latest_rows(source('stripe', 'subscription'), 'id', '_fivetran_synced') }}

),

discounts as (

    select * from {{ ref('stg_stripe__discounts') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

items as (

    select
        item_versions.*,
        prices.product_id,
        products.name as product_name,
        prices.nickname as plan_name,
        {{ major_units(
            "coalesce(" ~ try_to('prices.unit_amount_decimal', 'decimal(28,8)') ~ ", prices.unit_amount)", 4
        ) }} as unit_amount,
        case when prices.type = 'one_time' then 'one_time' else prices.recurring_interval end
            as billing_interval,
        case when prices.id is not null then coalesce(prices.recurring_interval_count, 1) end
            as interval_count,
        prices.recurring_usage_type as usage_type,
        subscriptions.trial_end,
        subscriptions.metadata as subscription_metadata
    from item_versions
    left join prices
        on item_versions.price_id = prices.id
    left join products
        on prices.product_id = products.id
    left join subscriptions
        on item_versions.subscription_id = subscriptions.id
    left join currencies
        on upper(prices.currency) = currencies.currency

),

-- moments at which the discount or the trial of an item changes
cuts as (

    select
        items.id,
        items._fivetran_start,
        items._fivetran_start as cut_at
    from items
    where items.version_rank = 1
    union
    select
        items.id,
        items._fivetran_start,
        items.trial_end as cut_at
    from items
    where items.version_rank = 1
    union
    select
        items.id,
        items._fivetran_start,
        discounts.valid_from as cut_at
    from items
    inner join discounts
        on items.subscription_id = discounts.subscription_id
    where items.version_rank = 1
    union
    select
        items.id,
        items._fivetran_start,
        discounts.valid_to as cut_at
    from items
    inner join discounts
        on items.subscription_id = discounts.subscription_id
    where items.version_rank = 1

),

pieces as (

    select
        items.*,
        cuts.cut_at as piece_from,
        coalesce(
            lead(cuts.cut_at) over (
                partition by items.id, items._fivetran_start
                order by cuts.cut_at
            ),
            items.ended_at
        ) as piece_to
    from items
    inner join cuts
        on items.id = cuts.id
        and items._fivetran_start = cuts._fivetran_start
    where
        items.version_rank = 1
        and cuts.cut_at >= items._fivetran_start
        and (
            cuts.cut_at < items.ended_at
            or cuts.cut_at = items._fivetran_start
            or items.ended_at is null
        )

),

discounted as (

    select
        pieces.id,
        pieces.piece_from,
        sum(coalesce(discounts.discount_percent, 0)) as discount_percent,
        sum(coalesce(discounts.discount_amount, 0)) as discount_amount
    from pieces
    inner join discounts
        on pieces.subscription_id = discounts.subscription_id
        and pieces.piece_from >= discounts.valid_from
        and (pieces.piece_from < discounts.valid_to or discounts.valid_to is null)
    group by pieces.id, pieces.piece_from

),

-- what the whole subscription costs at a discount's piece: an amount off is shared in proportion
subscription_prices as (

    select
        pieces.id,
        pieces.piece_from,
        sum(items.unit_amount * items.quantity) as subscription_amount
    from pieces
    inner join discounted
        on pieces.id = discounted.id
        and pieces.piece_from = discounted.piece_from
    inner join items
        on pieces.subscription_id = items.subscription_id
        and items.version_rank = 1
        and pieces.piece_from >= items._fivetran_start
        and (pieces.piece_from < items.ended_at or items.ended_at is null)
    group by pieces.id, pieces.piece_from

),

standing as (

    select
        pieces.id as subscription_item_id,
        pieces.piece_from as valid_from,
        pieces.piece_to as valid_to,
        pieces.subscription_id,
        pieces.metadata,
        pieces.subscription_metadata,
        pieces.plan_name,
        coalesce(pieces.piece_from < pieces.trial_end, false) as is_trial,
        pieces.price_id,
        pieces.product_id,
        pieces.product_name,
        pieces.quantity,
        pieces.unit_amount,
        pieces.billing_interval,
        pieces.interval_count,
        pieces.usage_type,
        least(
            coalesce(discounted.discount_percent, 0)
            + coalesce(
                {{ ratio('100 * discounted.discount_amount', 'subscription_prices.subscription_amount') }},
                0
            ),
            100
        ) as discount_percent,
        pieces.current_period_start,
        pieces.current_period_end,
        coalesce(pieces.ended_at, pieces._fivetran_start) as updated_at,
        pieces._source_system,
        pieces._source_file,
        pieces._load_id,
        pieces._loaded_at,
        pieces._row_hash
    from pieces
    left join discounted
        on pieces.id = discounted.id
        and pieces.piece_from = discounted.piece_from
    left join subscription_prices
        on pieces.id = subscription_prices.id
        and pieces.piece_from = subscription_prices.piece_from
    union all
    -- other deliveries of the same interval stay whole and carry no cursor, so that they stand back
    select
        id as subscription_item_id,
        _fivetran_start as valid_from,
        ended_at as valid_to,
        subscription_id,
        metadata,
        subscription_metadata,
        plan_name,
        coalesce(_fivetran_start < trial_end, false) as is_trial,
        price_id,
        product_id,
        product_name,
        quantity,
        unit_amount,
        billing_interval,
        interval_count,
        usage_type,
        0 as discount_percent,
        current_period_start,
        current_period_end,
        cast(null as {{ dbt.type_timestamp() }}) as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from items
    where version_rank > 1

),

renamed as (

    select
        standing.*,
        coalesce(
            {{ json_text('metadata', 'contract_id') }},
            {{ json_text('subscription_metadata', 'contract_id') }}
        ) as contract_id,
        coalesce(
            {{ try_to(json_text('metadata', 'seats'), 'int') }},
            cast(quantity as {{ dbt.type_int() }})
        ) as seats,
        false as is_deleted
    from standing

)

select * from renamed
