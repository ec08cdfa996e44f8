-- Months whose expansion isn't the ledger's, to the cent.
with

shown as (
    select
        month_start_date,
        sum(expansion_arr) as expansion_arr
    from {{ ref('fct_expansion_monthly') }}
    group by month_start_date
),

ledger as (
    select
        month_start_date,
        sum(expansion_arr) as expansion_arr
    from {{ ref('fct_arr_movements_monthly') }}
    group by month_start_date
)

select
    ledger.month_start_date,
    ledger.expansion_arr,
    shown.expansion_arr as shown_expansion_arr
from ledger
left join shown
    on ledger.month_start_date = shown.month_start_date
where ledger.expansion_arr <> coalesce(shown.expansion_arr, 0)
