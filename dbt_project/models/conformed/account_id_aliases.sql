with

crm_accounts as (

    select distinct account_id
    from (
        {{ adapted_rows('crm_accounts') }}
    ) as accounts
    where account_id is not null

),

id_map as (

    select * from (
        {{ source_rows('id_map') }}
    ) as mapped_ids

),

customer_references as (

    {{ account_references() }}

),

known_references as (

    select
        source_system,
        source_object,
        source_id,
        max(pointer) as pointer,
        sum(row_count) as row_count,
        min(first_known_date) as first_known_date
    from customer_references
    where source_id is not null
    group by source_system, source_object, source_id

),

ranked_id_map as (

    select
        known_references.source_system,
        known_references.source_object,
        known_references.source_id,
        id_map.account_id as spelled_account_id,
        id_map.match_rule,
        id_map.confidence,
        row_number() over (
            partition by
                known_references.source_system,
                known_references.source_object,
                known_references.source_id
            order by
                case when id_map.source_object = known_references.source_object then 0 else 1 end,
                case when id_map.source_id = known_references.source_id then 0 else 1 end,
                id_map.updated_at desc nulls last,
                id_map._row_hash
        ) as map_rank
    from known_references
    inner join id_map
        on known_references.source_system = id_map.source_system
        and trim(known_references.source_id) = trim(id_map.source_id)

),

-- three ways in which a system may say whose an id is, the first that leads to an account counts
claims as (

    select
        source_system,
        source_object,
        source_id,
        1 as claim_rank,
        'id_map' as claim,
        spelled_account_id,
        match_rule,
        confidence
    from ranked_id_map
    where map_rank = 1
    union all
    select
        source_system,
        source_object,
        source_id,
        2 as claim_rank,
        'vendor_pointer' as claim,
        pointer as spelled_account_id,
        cast(null as {{ dbt.type_string() }}) as match_rule,
        cast(null as decimal(5, 4)) as confidence
    from known_references
    where pointer is not null
    union all
    select
        source_system,
        source_object,
        source_id,
        3 as claim_rank,
        'own_id' as claim,
        source_id as spelled_account_id,
        cast(null as {{ dbt.type_string() }}) as match_rule,
        cast(null as decimal(5, 4)) as confidence
    from known_references

),

-- a CRM id of 15 letters minds its case; of 18 it doesn't; each spelling must mean one account only
short_ids as (

    select
        substring(account_id, 1, 15) as short_id,
        min(account_id) as account_id
    from crm_accounts
    where length(account_id) = 18
    group by substring(account_id, 1, 15)
    having count(*) = 1

),

folded_ids as (

    select
        upper(trim(account_id)) as folded_id,
        min(account_id) as account_id
    from crm_accounts
    group by upper(trim(account_id))
    having count(*) = 1

),

spelled as (

    select
        claims.*,
        coalesce(crm_accounts.account_id, short_ids.account_id, folded_ids.account_id)
            as account_id,
        case
            when crm_accounts.account_id is not null then 'exact'
            when short_ids.account_id is not null then 'short_id'
            when folded_ids.account_id = trim(claims.spelled_account_id) then 'trimmed'
            when folded_ids.account_id is not null then 'case'
        end as spelling
    from claims
    left join crm_accounts
        on claims.spelled_account_id = crm_accounts.account_id
    left join short_ids
        on trim(claims.spelled_account_id) = short_ids.short_id
    left join folded_ids
        on upper(trim(claims.spelled_account_id)) = folded_ids.folded_id

),

ranked as (

    select
        spelled.*,
        row_number() over (
            partition by source_system, source_object, source_id
            order by claim_rank
        ) as resolution_rank
    from spelled
    where account_id is not null

),

resolved as (

    select
        known_references.source_system,
        known_references.source_object,
        known_references.source_id,
        ranked.account_id,
        ranked.claim,
        ranked.spelling,
        ranked.match_rule,
        ranked.confidence,
        cast(known_references.row_count as {{ dbt.type_bigint() }}) as row_count,
        known_references.first_known_date
    from known_references
    left join ranked
        on known_references.source_system = ranked.source_system
        and known_references.source_object = ranked.source_object
        and known_references.source_id = ranked.source_id
        and ranked.resolution_rank = 1

)

select * from resolved
