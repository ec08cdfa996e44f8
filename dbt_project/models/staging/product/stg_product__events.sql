with

source as (

    select * from {{ source('product', 'tracks') }}

),

renamed as (

    select
        id as event_id,
        context_group_id as account_id,
        user_id,
        anonymous_id,
        event as event_name,
        feature,
        quantity,
        duration_seconds,
        platform,
        cast(null as {{ dbt.type_string() }}) as properties,
        timestamp as occurred_at,
        received_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
