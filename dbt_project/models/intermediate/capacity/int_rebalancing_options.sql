with

rebalancing_accounts as (
    select * from {{ ref('int_rebalancing_accounts') }}
),

account_parts as (
    select * from {{ ref('int_rebalancing_account_parts') }}
),

books as (
    select * from {{ ref('int_rebalancing_books') }}
),

parts as (
    select * from {{ ref('int_rebalancing_parts') }}
),

region_coverage as (
    select * from {{ ref('csm_region_coverage') }}
),

csm_languages as (
    select * from {{ ref('csm_languages') }}
),

covered_regions as (
    select
        books.csm_user_id,
        region_coverage.account_region
    from books
    inner join region_coverage
        on
            region_coverage.segment in (books.segment, '*')
            and books.region = region_coverage.csm_region
            and region_coverage.valid_from <= {{ as_of_day() }}
    group by books.csm_user_id, region_coverage.account_region
)

select
    rebalancing_accounts.account_id,
    books.csm_user_id
from rebalancing_accounts
inner join account_parts
    on rebalancing_accounts.account_id = account_parts.account_id
inner join parts
    on
        account_parts.pool_id = parts.pool_id
        and account_parts.search_part = parts.search_part
inner join books
    on
        parts.csm_user_id = books.csm_user_id
        and rebalancing_accounts.segment = books.segment
inner join covered_regions
    on
        books.csm_user_id = covered_regions.csm_user_id
        and rebalancing_accounts.region = covered_regions.account_region
left join csm_languages
    on
        books.csm_user_id = csm_languages.user_id
        and rebalancing_accounts.language = csm_languages.language
        and csm_languages.valid_from <= {{ as_of_day() }}
where
    not rebalancing_accounts.is_frozen
    and coalesce(rebalancing_accounts.csm_user_id, '') <> books.csm_user_id
    and (rebalancing_accounts.language is null or csm_languages.user_id is not null)
    -- Of a large pool only what an overfull book may give to one that has room for it.
    and (
        parts.is_searched_whole
        or (
            account_parts.has_to_be_weighed
            and parts.room_accounts >= 1
            and parts.room_arr >= rebalancing_accounts.arr
            and parts.room_hours >= rebalancing_accounts.effort_hours
        )
    )
