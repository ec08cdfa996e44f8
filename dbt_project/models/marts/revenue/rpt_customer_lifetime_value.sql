with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

retention as (
    select * from {{ ref('rpt_retention_monthly') }}
),

revenue_settings as (
    select * from {{ ref('revenue_settings') }}
),

active_accounts as (
    select
        account_slices.slice_value as segment,
        movements.month_start_date,
        count(*) as active_accounts,
        sum(movements.closing_arr) as arr
    from account_arr_movements as movements
    inner join account_slices
        on
            movements.account_id = account_slices.account_id
            and account_slices.slice_at = 'end'
            and account_slices.slice_type = 'segment'
            and movements.month_number >= account_slices.first_month_number
            and movements.month_number <= account_slices.last_month_number
    where movements.closing_arr > 0
    group by account_slices.slice_value, movements.month_start_date
),

gross_margins as (
    select
        segment,
        setting_value as gross_margin,
        row_number() over (partition by segment order by valid_from desc) as newest_number
    from revenue_settings
    where
        setting = 'gross_margin'
        and valid_from <= {{ as_of_day() }}
),

joined as (
    select
        retention.slice_value as segment,
        retention.cohort_logos,
        retention.churned_logos,
        coalesce(active_accounts.active_accounts, 0) as active_accounts,
        coalesce(active_accounts.arr, 0) as arr,
        coalesce(own_margins.gross_margin, common_margins.gross_margin) as gross_margin,
        {{ ratio('active_accounts.arr', 'active_accounts.active_accounts') }} as arr_per_account,
        retention.logo_churn,
        retention.is_month_complete,
        retention.month_start_date
    from retention
    left join active_accounts
        on
            retention.slice_value = active_accounts.segment
            and retention.month_start_date = active_accounts.month_start_date
    left join gross_margins as own_margins
        on
            retention.slice_value = own_margins.segment
            and own_margins.newest_number = 1
    left join gross_margins as common_margins
        on
            common_margins.segment = '*'
            and common_margins.newest_number = 1
    where retention.slice_type = 'segment'
)

select
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(active_accounts as {{ dbt.type_int() }}) as active_accounts,
    cohort_logos,
    churned_logos,
    cast(arr as decimal(18, 2)) as arr,
    cast(arr_per_account as decimal(18, 2)) as arr_per_account,
    cast(gross_margin as decimal(9, 4)) as gross_margin,
    logo_churn,
    cast(
        {{ ratio('arr_per_account * gross_margin', 'logo_churn') }} as decimal(18, 2)
    ) as customer_lifetime_value,
    is_month_complete,
    month_start_date
from joined
