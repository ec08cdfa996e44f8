with

published_months as (
    select * from {{ ref('fct_arr_published_months') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

versions as (
    select
        published_months.*,
        row_number() over (
            partition by account_id, month_start_date order by known_from asc
        ) as version_number,
        count(*) over (partition by account_id, month_start_date) as versions
    from published_months
),

restated as (
    select
        first_known.account_id,
        coalesce(account_survivors.is_merged, false) as is_merged,
        first_known.movement as first_movement,
        now_known.movement,
        first_known.ultimate_parent_account_id as first_ultimate_parent_account_id,
        now_known.ultimate_parent_account_id,
        first_known.closing_arr as first_closing_arr,
        now_known.closing_arr,
        first_known.closing_arr_spot as first_closing_arr_spot,
        now_known.closing_arr_spot,
        first_known.merged_accounts as first_merged_accounts,
        now_known.merged_accounts,
        first_known.is_late_renewal as was_late_renewal,
        now_known.is_late_renewal,
        now_known.is_withdrawn,
        first_known.versions - 1 as restatements,
        first_known.month_start_date,
        first_known.known_from as first_known_from,
        now_known.known_from as restated_on
    from versions as first_known
    inner join versions as now_known
        on
            first_known.account_id = now_known.account_id
            and first_known.month_start_date = now_known.month_start_date
            and first_known.versions = now_known.version_number
    left join account_survivors
        on first_known.account_id = account_survivors.account_id
    where
        first_known.version_number = 1
        and first_known.versions > 1
)

-- The first that applies: each of the earlier ones explains more than those after it.
select
    account_id,
    case
        when is_merged or merged_accounts <> first_merged_accounts then 'merger'
        when is_late_renewal and not was_late_renewal then 'grace'
        when
            closing_arr = first_closing_arr
            and movement = first_movement
            and ultimate_parent_account_id <> first_ultimate_parent_account_id
            then 'hierarchy'
        when
            closing_arr <> first_closing_arr
            and closing_arr_spot = first_closing_arr_spot
            then 'plan_rate'
        else 'late_data'
    end as reason,
    first_movement,
    movement,
    first_ultimate_parent_account_id,
    ultimate_parent_account_id,
    cast(restatements as {{ dbt.type_int() }}) as restatements,
    first_closing_arr,
    closing_arr,
    cast(closing_arr - first_closing_arr as decimal(18, 2)) as restated_arr,
    is_withdrawn,
    month_start_date,
    first_known_from,
    restated_on
from restated
