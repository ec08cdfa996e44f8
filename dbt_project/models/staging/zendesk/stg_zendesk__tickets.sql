with

source as (

    select * from {{ source('zendesk', 'ticket') }}

),

ticket_metrics as (

    {{ latest_rows(source('zendesk', 'ticket_metric'), 'ticket_id', 'updated_at') }}

),

ticket_tags as (

    select distinct
        ticket_id,
        tag
    from {{ source('zendesk', 'ticket_tag') }}

),

tags_of_ticket as (

    select
        ticket_id,
        {{ dbt.listagg('tag', "','", 'order by tag') }} as tags,
        max(case when tag like '%escalat%' then 1 else 0 end) as escalation_tags
    from ticket_tags
    group by ticket_id

),

renamed as (

    select
        source.id as ticket_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        source.organization_id as support_org_id,
        source.requester_id,
        source.assignee_id,
        source.group_id,
        source.subject,
        source.type as ticket_type,
        source.priority,
        source.status,
        source.via_channel as channel,
        tags_of_ticket.tags,
        coalesce(tags_of_ticket.escalation_tags, 0) = 1 as is_escalated,
        source.created_at,
        ticket_metrics.solved_at,
        cast(null as {{ dbt.type_timestamp() }}) as closed_at,
        ticket_metrics.reply_time_in_minutes_calendar as first_reply_minutes_calendar,
        ticket_metrics.reply_time_in_minutes_business as first_reply_minutes_business,
        ticket_metrics.full_resolution_time_in_minutes_calendar as full_resolution_minutes_calendar,
        ticket_metrics.full_resolution_time_in_minutes_business as full_resolution_minutes_business,
        ticket_metrics.reopens,
        ticket_metrics.replies,
        source.status = 'deleted' as is_deleted,
        source.updated_at,
        source._source_system,
        source._source_file,
        source._load_id,
        source._loaded_at,
        source._row_hash
    from source
    left join ticket_metrics
        on source.id = ticket_metrics.ticket_id
    left join tags_of_ticket
        on source.id = tags_of_ticket.ticket_id

)

select * from renamed
