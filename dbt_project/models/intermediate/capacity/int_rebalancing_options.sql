with

rebalancing_accounts as (
    select * from {{ ref('int_rebalancing_accounts') }}
),

books as (
    select * from {{ ref('int_rebalancing_books') }}
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
inner join books
    on
        rebalancing_accounts.pool_id = books.pool_id
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
