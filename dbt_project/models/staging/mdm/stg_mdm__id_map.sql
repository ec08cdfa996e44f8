with

source as (

    select * from {{ source('mdm', 'id_map') }}

),

renamed as (

    select
        source_system,
        source_object,
        source_id,
        account_id,
        match_rule,
        confidence,
        updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
