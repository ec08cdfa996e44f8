with

source as (

    select * from {{ source('stripe', 'customer') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

renamed as (

    select
        source.id as billing_customer_id,
        {{ json_text('source.metadata', 'salesforce_account_id') }} as account_id,
        source.name as customer_name,
        source.email,
        upper(source.currency) as currency,
        source.delinquent as is_delinquent,
        {{ major_units('source.balance') }} as balance,
        coalesce(source.is_deleted, false) as is_deleted,
        source.created as created_at,
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
