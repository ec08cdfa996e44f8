with

source as (

    select * from {{ source('hr', 'employees') }}

),

renamed as (

    select
        user_id,
        employee_id,
        full_name,
        email,
        role,
        team,
        manager_user_id,
        region,
        fte,
        start_date,
        end_date,
        ramp_months,
        target_accounts,
        target_arr,
        is_active,
        updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
