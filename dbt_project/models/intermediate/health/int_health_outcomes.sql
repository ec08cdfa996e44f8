{%- set last_outcome_date = add_days(as_of_day(), -(var('late_renewal_grace_days') | int)) -%}

with

arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

spans as (
    select
        account_id,
        arr,
        recorded_arr,
        valid_from,
        valid_to,
        min(case when arr > 0 then valid_from end)
            over (partition by account_id)
            as first_arr_date,
        lag(arr) over (partition by account_id order by valid_from asc) as previous_arr
    from arr_intervals
),

-- An outcome counts when its grace is over, so that no late renewal can undo it.
churns as (
    select
        'churn' as outcome_type,
        account_id,
        account_id as outcome_id,
        first_arr_date,
        previous_arr as arr_before,
        cast(0 as decimal(18, 2)) as arr_after,
        valid_from as outcome_date
    from spans
    where
        arr <= 0
        and previous_arr > 0
        and valid_from <= {{ last_outcome_date }}
),

terms as (
    select
        account_survivors.surviving_account_id as account_id,
        crm_contracts.end_date,
        min(crm_contracts.contract_id) as contract_id
    from crm_contracts
    inner join account_survivors
        on crm_contracts.account_id = account_survivors.account_id
    where
        crm_contracts.end_date <= {{ last_outcome_date }}
        and lower(crm_contracts.status) not in ('draft', 'superseded')
    group by account_survivors.surviving_account_id, crm_contracts.end_date
),

-- What it pays next: at the end of the term, else what it comes back with in the grace.
next_amounts as (
    select
        terms.account_id,
        terms.end_date,
        spans.recorded_arr,
        row_number() over (
            partition by terms.account_id, terms.end_date order by spans.valid_from asc
        ) as amount_number
    from terms
    inner join spans
        on
            terms.account_id = spans.account_id
            and spans.recorded_arr > 0
            and coalesce(terms.end_date < spans.valid_to, true)
            and spans.valid_from
            <= {{ add_days('terms.end_date', var('late_renewal_grace_days') | int) }}
),

renewals as (
    select
        'renewal' as outcome_type,
        terms.account_id,
        terms.contract_id as outcome_id,
        before_end.first_arr_date,
        before_end.arr as arr_before,
        cast(coalesce(next_amounts.recorded_arr, 0) as decimal(18, 2)) as arr_after,
        terms.end_date as outcome_date
    from terms
    inner join spans as before_end
        on
            terms.account_id = before_end.account_id
            and before_end.arr > 0
            and terms.end_date > before_end.valid_from
            and coalesce(terms.end_date <= before_end.valid_to, true)
    left join next_amounts
        on
            terms.account_id = next_amounts.account_id
            and terms.end_date = next_amounts.end_date
            and next_amounts.amount_number = 1
),

outcomes as (
    select * from churns
    union all
    select * from renewals
)

select
    outcome_type,
    account_id,
    outcome_id,
    cast(extract(year from first_arr_date) as {{ dbt.type_int() }}) as start_cohort,
    arr_before,
    arr_after,
    arr_after < arr_before as is_lost,
    outcome_date
from outcomes
