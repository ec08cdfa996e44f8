with

source as (

    select * from {{ source('salesforce', 'event') }}

),

renamed as (

    select
        id as activity_id,
        account_id,
        who_id as contact_id,
        case when what_id like '006%' then what_id end as opportunity_id,
        owner_id as owner_user_id,
        lower(coalesce(type, 'meeting')) as activity_type,
        cast(null as {{ dbt.type_string() }}) as direction,
        subject,
        cast(null as {{ dbt.type_string() }}) as status,
        cast(null as {{ dbt.type_string() }}) as outcome,
        cast(null as {{ dbt.type_string() }}) as sentiment,
        account_id is not null as is_customer_facing,
        {{ dbt.datediff('start_date_time', 'end_date_time', 'minute') }} as duration_minutes,
        who_count as attendee_count,
        start_date_time as occurred_at,
        cast(null as {{ dbt.type_timestamp() }}) as due_at,
        end_date_time as completed_at,
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
