with

source as (

    select * from {{ source('gainsight', 'qbr') }}

),

renamed as (

    select
        gsid as qbr_id,
        company_id as account_id,
        owner_id as owner_user_id,
        status,
        due_date,
        scheduled_date as scheduled_at,
        held_date as held_at,
        exec_sponsor_present,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
