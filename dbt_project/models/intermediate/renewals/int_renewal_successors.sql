{%- set grace = var('late_renewal_grace_days') | int -%}

with

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

arr_rows as (
    select * from {{ ref('int_renewal_arr_rows') }}
),

settings as (
    {{ renewal_settings_row(['successor_early_days']) }}
),

named as (
    select
        terms.contract_id,
        successors.contract_id as successor_contract_id,
        'previous_contract' as match_rule,
        successors.start_date as going_on_from,
        successors.signed_date
    from contracts as terms
    inner join contracts as successors
        on terms.contract_id = successors.previous_contract_id
    where
        terms.is_term
        and successors.start_date > terms.start_date
        and successors.start_date <= {{ add_days('terms.due_date', grace) }}
),

-- A subscription item that goes over to another contract takes its money along. Into a new
-- contract that is a renewal; into one that ran before, a transfer: it will be due there. At the
-- very end it is a renewal by co-term if that one runs on, and not yet signed by anybody if it
-- ends then too.
moved as (
    select
        before.contract_id,
        after.contract_id as successor_contract_id,
        max(
            case
                when
                    successors.start_date < after.valid_from
                    and after.valid_from < terms.due_date
                    then 1
                else 0
            end
        ) as is_transfer,
        min(after.valid_from) as going_on_from,
        min(
            case
                when successors.start_date >= after.valid_from then successors.signed_date
                when coalesce(successors.due_date > terms.due_date, true) then after.valid_from
            end
        ) as signed_date
    from arr_rows as before
    inner join arr_rows as after
        on
            before.account_id = after.account_id
            and before.item_id = after.item_id
            and before.valid_to = after.valid_from
            and before.contract_id <> after.contract_id
    inner join contracts as terms
        on before.contract_id = terms.contract_id
    inner join contracts as successors
        on after.contract_id = successors.contract_id
    where
        terms.is_term
        and before.valid_to <= terms.due_date
    group by before.contract_id, after.contract_id
),

linked as (
    select * from named
    union all
    select
        moved.contract_id,
        moved.successor_contract_id,
        case when moved.is_transfer = 1 then 'transfer' else 'subscription_item' end as match_rule,
        moved.going_on_from,
        moved.signed_date
    from moved
    left join named
        on
            moved.contract_id = named.contract_id
            and moved.successor_contract_id = named.successor_contract_id
    where named.contract_id is null
),

-- The days in which an unlinked renewal may begin. (Made before the join: DuckDB 2.0 loses rows
-- where one condition of an inner join reads three relations.)
windows as (
    select
        contracts.*,
        {{ add_days('contracts.due_date', '-settings.successor_early_days') }} as window_from,
        {{ add_days('contracts.due_date', grace) }} as window_to
    from contracts
    cross join settings
    where contracts.is_term and not contracts.is_coterm_stub
),

running_to as (
    select
        contract_id,
        max(valid_to) as running_to
    from arr_rows
    group by contract_id
),

-- Without any link: a new contract of the account around the end, the nearest to it, once the
-- term's own money has ended. It may renew another term too: two contracts merged into one.
dated as (
    select
        terms.contract_id,
        candidates.contract_id as successor_contract_id,
        candidates.start_date as going_on_from,
        candidates.signed_date,
        dense_rank() over (
            partition by terms.contract_id
            order by
                abs({{ dbt.datediff('terms.due_date', 'candidates.start_date', 'day') }}) asc,
                candidates.contract_id asc
        ) as candidate_number
    from windows as terms
    inner join contracts as candidates
        on
            terms.account_id = candidates.account_id
            and terms.start_date < candidates.start_date
            and terms.window_from <= candidates.start_date
            and terms.window_to >= candidates.start_date
    left join linked
        on terms.contract_id = linked.contract_id
    left join running_to
        on terms.contract_id = running_to.contract_id
    left join linked as other_links
        on candidates.contract_id = other_links.successor_contract_id
    where
        not candidates.is_coterm_stub
        and linked.contract_id is null
        and case
            when candidates.start_date <= {{ as_of_day() }}
                then coalesce(candidates.start_date >= running_to.running_to, true)
            else other_links.contract_id is null
        end
)

select
    contract_id,
    successor_contract_id,
    match_rule,
    going_on_from,
    signed_date
from linked
union all
select distinct
    contract_id,
    successor_contract_id,
    'account_and_dates' as match_rule,
    going_on_from,
    signed_date
from dated
where candidate_number = 1
