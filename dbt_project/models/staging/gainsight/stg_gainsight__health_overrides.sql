with

source as (

    select * from {{ source('gainsight', 'health_override') }}

),

renamed as (

    select
        company_id as account_id,
        lower(band) as band,
        author_id as author_user_id,
        reason,
        set_date as set_at,
        expires_date as expires_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
