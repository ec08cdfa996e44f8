with

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

history as (
    select * from {{ ref('crm_opportunity_history') }}
),

changes as (
    select
        history.opportunity_id,
        {{ try_to('history.old_value', 'decimal(18,2)') }} as old_arr,
        {{ try_to('history.new_value', 'decimal(18,2)') }} as new_arr,
        cast(history.changed_at as date) as changed_date,
        row_number() over (
            partition by history.opportunity_id, cast(history.changed_at as date)
            order by history.changed_at desc, history._row_hash asc
        ) as last_number,
        row_number() over (
            partition by history.opportunity_id
            order by history.changed_at asc, history._row_hash asc
        ) as change_number
    from history
    inner join opportunities
        on
            history.opportunity_id = opportunities.opportunity_id
            and history.field_name = opportunities.arr_field
),

-- Before the first change stood its old value; without history what it says now.
stations as (
    select
        opportunity_id,
        new_arr as arr_local,
        changed_date as valid_from
    from changes
    where last_number = 1
    union all
    select
        opportunities.opportunity_id,
        changes.old_arr as arr_local,
        opportunities.created_date as valid_from
    from opportunities
    inner join changes
        on opportunities.opportunity_id = changes.opportunity_id
    where
        changes.change_number = 1
        and opportunities.created_date < changes.changed_date
    union all
    select
        opportunities.opportunity_id,
        opportunities.arr_local,
        opportunities.created_date as valid_from
    from opportunities
    left join changes
        on opportunities.opportunity_id = changes.opportunity_id
    where changes.opportunity_id is null
),

followed as (
    select
        stations.opportunity_id,
        stations.arr_local,
        opportunities.plan_rate,
        coalesce(opportunities.closed_date, cast('9999-12-31' as date)) as end_date,
        stations.valid_from,
        coalesce(
            lead(stations.valid_from) over (
                partition by stations.opportunity_id order by stations.valid_from asc
            ), cast('9999-12-31' as date)
        ) as next_date
    from stations
    inner join opportunities
        on stations.opportunity_id = opportunities.opportunity_id
),

opportunity_intervals as (
    select
        opportunity_id,
        {{ at_rate('arr_local', 'plan_rate') }} as arr,
        valid_from,
        least(next_date, end_date) as valid_to
    from followed
    where valid_from < least(next_date, end_date)
)

select * from opportunity_intervals
