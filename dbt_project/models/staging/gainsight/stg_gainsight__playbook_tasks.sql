with

source as (

    select * from {{ source('gainsight', 'cs_task') }}

),

renamed as (

    select
        gsid as task_id,
        cta_id,
        company_id as account_id,
        playbook_id,
        playbook_step,
        owner_id as owner_user_id,
        status,
        due_date,
        completed_date as completed_at,
        is_required,
        created_date as created_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
