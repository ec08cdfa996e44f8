with

source as (

    select * from {{ source('gainsight', 'success_plan') }}

),

renamed as (

    select
        gsid as success_plan_id,
        company_id as account_id,
        name as plan_name,
        type as plan_type,
        status,
        owner_id as owner_user_id,
        start_date,
        due_date,
        active_date as active_at,
        closed_date as closed_at,
        total_objectives,
        open_objectives,
        percent_complete,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
