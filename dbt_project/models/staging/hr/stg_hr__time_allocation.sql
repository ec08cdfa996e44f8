with

source as (

    select * from {{ source('hr', 'time_allocation') }}

),

renamed as (

    select
        user_id,
        week_start,
        category,
        hours,
        updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
