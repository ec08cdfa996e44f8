with

source as (

    select * from {{ source('stripe', 'invoice_line_item') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

prices as (

    {{ latest_rows(source('stripe', 'price'), 'id', '_fivetran_synced') }}

),

invoices as (

    {{ latest_rows(source('stripe', 'invoice'), 'id', '_fivetran_synced') }}

),

renamed as (

    select
        source.id as invoice_line_id,
        source.invoice_id,
        source.subscription_id,
        source.subscription_item_id,
        source.price_id,
        prices.product_id as product_id,
        source.description,
        source.type as line_type,
        source.quantity,
        {{ major_units('source.amount') }} as amount,
        upper(source.currency) as currency,
        source.proration as is_proration,
        source.period_start,
        source.period_end,
        invoices.created as created_at,
        source._fivetran_synced as updated_at,
        source._source_system,
        source._source_file,
        source._load_id,
        source._loaded_at,
        source._row_hash
    from source
    left join currencies
        on upper(source.currency) = currencies.currency
    left join prices
        on source.price_id = prices.id
    left join invoices
        on source.invoice_id = invoices.id

)

select * from renamed
