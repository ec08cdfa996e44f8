with

source as (

    select * from {{ source('gainsight', 'program_touch') }}

),

renamed as (

    select
        gsid as touch_id,
        company_id as account_id,
        contact_id,
        program_name as programme,
        lower(channel) as channel,
        sent_date as sent_at,
        engaged_date as engaged_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
