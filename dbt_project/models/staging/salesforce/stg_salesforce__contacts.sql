with

source as (

    select * from {{ source('salesforce', 'contact') }}

),

renamed as (

    select
        id as contact_id,
        account_id,
        name as full_name,
        email,
        title,
        role_c as role,
        is_champion_c as is_champion,
        is_executive_sponsor_c as is_executive_sponsor,
        not coalesce(no_longer_at_company_c, false) and not coalesce(is_deleted, false) as is_active,
        coalesce(is_deleted, false) as is_deleted,
        last_activity_date as last_activity_at,
        created_date as created_at,
        last_modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
