with

escalations as (
    select * from {{ ref('int_escalations') }}
),

timed as (
    select
        escalations.*,
        {{ dbt.datediff('opened_at', 'first_response_at', 'second') }}
            as response_seconds,
        {{ dbt.datediff('opened_at', 'resolved_at', 'second') }}
            as resolution_seconds,
        {{ dbt.datediff('opened_at', as_of_end(), 'second') }}
            as seconds_since_opening
    from escalations
),

in_hours as (
    select
        timed.*,
        cast({{ ratio('response_seconds', '3600') }} as decimal(18, 4)) as response_hours,
        cast({{ ratio('resolution_seconds', '3600') }} as decimal(18, 4)) as resolution_hours,
        cast({{ ratio('seconds_since_opening', '3600') }} as decimal(18, 4)) as hours_since_opening
    from timed
)

select
    cast(escalation_id as {{ dbt.type_string() }}) as escalation_id,
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    owner_user_id,
    csm_user_id,
    segment,
    region,
    team,
    cast(tier_id as {{ dbt.type_string() }}) as tier_id,
    reason as trigger_name,
    status,
    case
        when resolved_at is null then 'open'
        when arr_afterwards is null then 'too_early'
        when arr_at_opening = 0 then 'not_paying'
        when arr_afterwards = 0 then 'lost'
        when arr_afterwards < arr_at_opening then 'reduced'
        else 'kept'
    end as outcome,
    cast(tier_rank as {{ dbt.type_int() }}) as tier_rank,
    cast(overlapping_escalations as {{ dbt.type_int() }}) as overlapping_escalations,
    cast(response_sla_hours as decimal(9, 2)) as response_sla_hours,
    response_hours,
    resolution_hours,
    cast(arr_at_opening as decimal(18, 2)) as arr_at_opening,
    cast(arr_afterwards as decimal(18, 2)) as arr_afterwards,
    resolved_at is null as is_open,
    -- Unanswered, it is due, and late, once its tier's time is over.
    coalesce(
        response_sla_hours is not null
        and (first_response_at is not null or hours_since_opening >= response_sla_hours),
        false
    ) as is_response_due,
    coalesce(response_hours <= response_sla_hours, false) as is_response_on_time,
    opened_date,
    cast(resolved_at as date) as resolved_date,
    opened_at,
    first_response_at as first_responded_at,
    resolved_at
from in_hours
