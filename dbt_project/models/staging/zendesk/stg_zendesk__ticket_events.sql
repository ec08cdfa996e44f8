with

source as (

    select * from {{ source('zendesk', 'ticket_field_history') }}

),

renamed as (

    select
        ticket_id
        || '|' || field_name
        || '|' || cast(updated as {{ dbt.type_string() }}) as ticket_event_id,
        ticket_id,
        case
            when field_name = 'comment' then 'reply_time'
            when field_name = 'status' then 'resolution_time'
        end as metric,
        case when field_name = 'comment' then 'reply' else 'change' end as event_type,
        field_name,
        lag(value) over (
            partition by ticket_id, field_name
            order by updated, _row_hash
        ) as old_value,
        value as new_value,
        user_id as actor_id,
        updated as occurred_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
