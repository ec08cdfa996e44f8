with

source as (

    select * from {{ source('gainsight', 'cta') }}

),

renamed as (

    select
        gsid as cta_id,
        company_id as account_id,
        name as cta_name,
        type as cta_type,
        reason,
        priority,
        status,
        owner_id as owner_user_id,
        playbook_id,
        playbook_name,
        success_plan_id,
        source,
        due_date,
        original_due_date,
        total_tasks,
        closed_tasks,
        is_closed,
        created_date as created_at,
        closed_date as closed_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
