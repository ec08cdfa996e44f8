with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

ultimate_parents as (
    select * from {{ ref('int_ultimate_parents_monthly') }}
),

months as (
    select * from {{ ref('int_months') }}
),

account_months as (
    select
        account_arr_movements.*,
        coalesce(
            ultimate_parents.ultimate_parent_account_id, account_arr_movements.account_id
        ) as ultimate_parent_account_id
    from account_arr_movements
    left join ultimate_parents
        on
            account_arr_movements.account_id = ultimate_parents.account_id
            and account_arr_movements.month_number = ultimate_parents.month_number
),

-- The accounts that stand under a parent this month: what they had before, and what they have now.
parent_months as (
    select
        ultimate_parent_account_id,
        month_number,
        sum(opening_arr) as arr_before,
        sum(closing_arr) as closing_arr,
        sum(opening_arr_spot) as arr_spot_before,
        sum(revalued_arr_spot) as revalued_arr_spot,
        sum(closing_arr_spot) as closing_arr_spot,
        sum(case when closing_arr > 0 then 1 else 0 end) as active_accounts
    from account_months
    group by ultimate_parent_account_id, month_number
),

parent_starts as (
    select
        ultimate_parent_account_id,
        min(month_number) as first_month_number
    from parent_months
    group by ultimate_parent_account_id
),

-- A parent that nobody stands under any more goes on with nothing.
every_month as (
    select
        parent_starts.ultimate_parent_account_id,
        months.month_number,
        months.is_month_complete,
        months.month_start_date,
        months.state_date,
        {%- for amount in [
            'arr_before', 'closing_arr', 'arr_spot_before', 'revalued_arr_spot',
            'closing_arr_spot',
        ] %}
        cast(coalesce(parent_months.{{ amount }}, 0) as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        coalesce(parent_months.active_accounts, 0) as active_accounts
    from parent_starts
    inner join months
        on parent_starts.first_month_number <= months.month_number
    left join parent_months
        on
            parent_starts.ultimate_parent_account_id
            = parent_months.ultimate_parent_account_id
            and months.month_number = parent_months.month_number
),

with_opening as (
    select
        every_month.*,
        {%- for view in ['', '_spot'] %}
        cast(
            coalesce(
                lag(closing_arr{{ view }}) over (
                    partition by ultimate_parent_account_id order by month_number asc
                ), 0
            ) as decimal(18, 2)
        ) as opening_arr{{ view }},
        {%- endfor %}
        coalesce(
            max(closing_arr) over (
                partition by ultimate_parent_account_id
                order by month_number asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) > 0 as had_arr_before
    from every_month
),

labelled as (
    select
        with_opening.*,
        closing_arr - arr_before as arr_change,
        {{ arr_movement('arr_before', 'closing_arr', 'had_arr_before') }} as movement
    from with_opening
),

revalued as (
    select
        labelled.*,
        case
            when movement = 'none' then closing_arr_spot - arr_spot_before
            else revalued_arr_spot - arr_spot_before
        end as fx_arr_spot
    from labelled
),

parent_arr_movements as (
    select
        revalued.*,
        arr_before - opening_arr as transfer_arr,
        arr_spot_before - opening_arr_spot as transfer_arr_spot,
        closing_arr_spot - arr_spot_before - fx_arr_spot as arr_change_spot
    from revalued
)

select * from parent_arr_movements
