with

source as (

    select * from {{ source('gainsight', 'escalation') }}

),

renamed as (

    select
        gsid as escalation_id,
        company_id as account_id,
        tier,
        reason,
        status,
        owner_id as owner_user_id,
        opened_date as opened_at,
        first_response_date as first_response_at,
        resolved_date as resolved_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
