with

source as (

    select * from {{ source('zendesk', 'organization') }}

),

renamed as (

    select
        id as support_org_id,
        external_id as account_id,
        name as org_name,
        domain_names,
        false as is_deleted,
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
