with

source as (

    select * from {{ source('product', 'entitlements') }}

),

renamed as (

    select
        id as entitlement_id,
        context_group_id as account_id,
        product_id,
        metric_name,
        entitled_quantity,
        valid_from,
        valid_to,
        updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
