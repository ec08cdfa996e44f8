with

source as (

    select * from {{ source('salesforce', 'account_team_member') }}

),

renamed as (

    select
        account_id,
        user_id,
        team_member_role as role,
        start_date_c as valid_from,
        end_date_c as valid_to,
        last_modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
