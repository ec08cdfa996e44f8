with

source as (

    select * from {{ source('salesforce', 'task') }}

),

renamed as (

    select
        id as activity_id,
        account_id,
        who_id as contact_id,
        case when what_id like '006%' then what_id end as opportunity_id,
        owner_id as owner_user_id,
        lower(coalesce(type, 'task')) as activity_type,
        cast(null as {{ dbt.type_string() }}) as direction,
        subject,
        status,
        call_disposition as outcome,
        cast(null as {{ dbt.type_string() }}) as sentiment,
        lower(coalesce(type, 'task')) in ('call', 'email', 'meeting') as is_customer_facing,
        cast(round(call_duration_in_seconds / 60.0) as {{ dbt.type_int() }}) as duration_minutes,
        cast(null as {{ dbt.type_int() }}) as attendee_count,
        coalesce(completed_date_time, cast(activity_date as {{ dbt.type_timestamp() }}), created_date) as occurred_at,
        cast(activity_date as {{ dbt.type_timestamp() }}) as due_at,
        case when is_closed then coalesce(completed_date_time, cast(activity_date as {{ dbt.type_timestamp() }}), last_modified_date) end as completed_at,
        coalesce(is_deleted, false) as is_deleted,
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
