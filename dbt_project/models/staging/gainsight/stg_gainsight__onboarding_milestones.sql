with

source as (

    select * from {{ source('gainsight', 'onboarding_milestone') }}

),

renamed as (

    select
        gsid as milestone_id,
        company_id as account_id,
        milestone_name,
        is_first_value,
        due_date,
        reached_date as reached_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
