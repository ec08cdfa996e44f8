with

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

history as (
    select * from {{ ref('crm_opportunity_history') }}
),

-- The field that says the ARR: its own where it has history, else the amount.
changes as (
    select
        history.opportunity_id,
        history.field_name,
        {{ try_to('history.old_value', 'decimal(18,2)') }} as old_amount,
        {{ try_to('history.new_value', 'decimal(18,2)') }} as new_amount,
        cast(history.changed_at as date) as changed_date,
        max(case when history.field_name = 'arr_amount' then 1 else 0 end) over (
            partition by history.opportunity_id
        ) as has_arr_history,
        row_number() over (
            partition by
                history.opportunity_id, history.field_name, cast(history.changed_at as date)
            order by history.changed_at desc, history._row_hash asc
        ) as last_number,
        row_number() over (
            partition by history.opportunity_id, history.field_name
            order by history.changed_at asc, history._row_hash asc
        ) as change_number
    from history
    inner join opportunities
        on history.opportunity_id = opportunities.opportunity_id
    where history.field_name in ('amount', 'arr_amount')
),

arr_changes as (
    select * from changes
    where
        (has_arr_history = 1 and field_name = 'arr_amount')
        or (has_arr_history = 0 and field_name = 'amount')
),

-- Before the first change stood its old value; without history what it says now.
stations as (
    select
        opportunity_id,
        field_name,
        new_amount as amount,
        changed_date as valid_from
    from arr_changes
    where last_number = 1
    union all
    select
        opportunities.opportunity_id,
        arr_changes.field_name,
        arr_changes.old_amount as amount,
        opportunities.created_date as valid_from
    from opportunities
    inner join arr_changes
        on opportunities.opportunity_id = arr_changes.opportunity_id
    where
        arr_changes.change_number = 1
        and opportunities.created_date < arr_changes.changed_date
    union all
    select
        opportunities.opportunity_id,
        'arr_amount' as field_name,
        opportunities.arr_local as amount,
        opportunities.created_date as valid_from
    from opportunities
    left join arr_changes
        on opportunities.opportunity_id = arr_changes.opportunity_id
    where arr_changes.opportunity_id is null
),

-- Where the amount is of a whole term, its ARR is the share of it that it is now.
in_arr as (
    select
        stations.opportunity_id,
        case
            when
                stations.field_name = 'arr_amount'
                or opportunities.amount = opportunities.arr_local
                or coalesce(opportunities.amount, 0) = 0
                then stations.amount
            else cast(
                stations.amount * {{ ratio('opportunities.arr_local', 'opportunities.amount') }}
                as decimal(18, 2)
            )
        end as arr_local,
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
    from in_arr
    where valid_from < least(next_date, end_date)
)

select * from opportunity_intervals
