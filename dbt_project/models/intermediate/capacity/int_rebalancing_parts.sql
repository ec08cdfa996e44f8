with

books as (
    select * from {{ ref('int_rebalancing_books') }}
),

rebalancing_accounts as (
    select * from {{ ref('int_rebalancing_accounts') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['solver_most_choices']) }}
    from capacity_settings
),

loads as (
    select
        csm_user_id,
        count(*) as accounts,
        sum(arr) as arr,
        sum(effort_hours) as effort_hours
    from rebalancing_accounts
    where csm_user_id is not null
    group by csm_user_id
),

rooms as (
    select
        books.csm_user_id,
        books.pool_id,
        coalesce(loads.accounts, 0) as accounts,
        books.limit_accounts - coalesce(loads.accounts, 0) as room_accounts,
        books.limit_arr - coalesce(loads.arr, 0) as room_arr,
        books.limit_hours - coalesce(loads.effort_hours, 0) as room_hours,
        least(
            books.limit_accounts - coalesce(loads.accounts, 0),
            books.limit_arr - coalesce(loads.arr, 0),
            books.limit_hours - coalesce(loads.effort_hours, 0)
        ) < 0 as is_over,
        least(
            1 - coalesce(loads.accounts, 0)
            / nullif(cast(books.limit_accounts as {{ dbt.type_float() }}), 0),
            1 - coalesce(loads.arr, 0)
            / nullif(cast(books.limit_arr as {{ dbt.type_float() }}), 0),
            1 - coalesce(loads.effort_hours, 0)
            / nullif(cast(books.limit_hours as {{ dbt.type_float() }}), 0)
        ) as room_share
    from books
    left join loads
        on books.csm_user_id = loads.csm_user_id
),

homeless as (
    select
        pool_id,
        count(*) as accounts
    from rebalancing_accounts
    where needs_a_book
    group by pool_id
),

-- Every account with every book of its pool: what a search of the whole pool would weigh at most.
pools as (
    select
        rooms.pool_id,
        (sum(rooms.accounts) + coalesce(max(homeless.accounts), 0)) * count(*) as choices,
        (
            sum(case when rooms.is_over then rooms.accounts else 0 end)
            + coalesce(max(homeless.accounts), 0)
        ) * count(*) as needed_choices
    from rooms
    left join homeless
        on rooms.pool_id = homeless.pool_id
    group by rooms.pool_id
),

pool_parts as (
    select
        pools.pool_id,
        pools.choices <= settings.solver_most_choices as is_searched_whole,
        case
            when pools.choices <= settings.solver_most_choices then 1
            else
                greatest(1, cast(
                    ceil(sqrt(pools.needed_choices / settings.solver_most_choices))
                    as {{ dbt.type_int() }}
                ))
        end as search_parts
    from pools
    cross join settings
),

-- The overfull and the others are each dealt out by their room: every part has some of both.
ranked as (
    select
        rooms.*,
        row_number() over (
            partition by rooms.pool_id, rooms.is_over
            order by rooms.room_share desc, rooms.csm_user_id asc
        ) as place
    from rooms
)

select
    ranked.csm_user_id,
    ranked.pool_id,
    pool_parts.search_parts,
    mod(ranked.place - 1, pool_parts.search_parts) as search_part,
    pool_parts.is_searched_whole,
    ranked.is_over,
    ranked.room_accounts,
    ranked.room_arr,
    ranked.room_hours
from ranked
inner join pool_parts
    on ranked.pool_id = pool_parts.pool_id
