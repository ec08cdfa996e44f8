with

source as (

    select * from {{ source('stripe', 'credit_note') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

renamed as (

    select
        source.id as credit_note_id,
        source.invoice_id,
        source.customer_id as billing_customer_id,
        source.status,
        source.reason,
        {{ major_units('source.amount') }} as amount,
        upper(source.currency) as currency,
        source.created as created_at,
        source.voided_at,
        source._fivetran_synced as updated_at,
        source._source_system,
        source._source_file,
        source._load_id,
        source._loaded_at,
        source._row_hash
    from source
    left join currencies
        on upper(source.currency) = currencies.currency

)

select * from renamed
