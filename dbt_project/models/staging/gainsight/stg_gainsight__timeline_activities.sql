with

source as (

    select * from {{ source('gainsight', 'timeline_activity') }}

),

renamed as (

    select
        gsid as activity_id,
        company_id as account_id,
        contact_id,
        cast(null as {{ dbt.type_string() }}) as opportunity_id,
        author_id as owner_user_id,
        lower(activity_type) as activity_type,
        cast(null as {{ dbt.type_string() }}) as direction,
        subject,
        'Completed' as status,
        cast(null as {{ dbt.type_string() }}) as outcome,
        sentiment,
        is_customer_facing,
        duration_minutes,
        attendee_count,
        activity_date as occurred_at,
        activity_date as due_at,
        activity_date as completed_at,
        false as is_deleted,
        coalesce(created_date, activity_date) as created_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
