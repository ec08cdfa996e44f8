with

source as (

    select * from {{ source('product', 'users') }}

),

renamed as (

    select
        id as user_id,
        context_group_id as account_id,
        email,
        role,
        is_active,
        first_seen_at,
        last_seen_at,
        created_at,
        updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
