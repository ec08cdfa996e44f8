with

source as (

    select * from {{ source('zendesk', 'satisfaction_rating') }}

),

tickets as (

    {{ latest_rows(source('zendesk', 'ticket'), 'id', 'updated_at') }}

),

renamed as (

    select
        source.id as csat_id,
        source.ticket_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        tickets.organization_id as support_org_id,
        source.requester_id,
        source.assignee_id,
        source.score as score_label,
        case
            when lower(source.score) like 'good%' then 1
            when lower(source.score) like 'bad%' then 0
        end as score_value,
        source.comment,
        source.created_at as responded_at,
        source.updated_at,
        source._source_system,
        source._source_file,
        source._load_id,
        source._loaded_at,
        source._row_hash
    from source
    left join tickets
        on source.ticket_id = tickets.id

)

select * from renamed
