with

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

months as (
    select * from {{ ref('int_months') }}
),

starts as (
    select
        account_id,
        min(month_number) as start_month_number
    from account_arr_monthly
    where closing_arr > 0
    group by account_id
),

members as (
    select
        starts.account_id,
        starts.start_month_number,
        {{ quarter_name('months.month_start_date') }} as start_cohort,
        cast({{ dbt.date_trunc('quarter', 'months.month_start_date') }} as date)
            as start_quarter_date,
        account_arr_monthly.closing_arr as start_arr
    from starts
    inner join months
        on starts.start_month_number = months.month_number
    inner join account_arr_monthly
        on
            starts.account_id = account_arr_monthly.account_id
            and starts.start_month_number = account_arr_monthly.month_number
),

last_months as (
    select max(month_number) as last_month_number from months
),

-- The triangle: no further than the age that the youngest account of the cohort has reached.
cohorts as (
    select
        members.start_cohort,
        members.start_quarter_date,
        count(*) as cohort_logos,
        sum(members.start_arr) as start_arr,
        max(last_months.last_month_number) - max(members.start_month_number) as oldest_age
    from members
    cross join last_months
    group by members.start_cohort, members.start_quarter_date
),

ages as (
    select
        members.start_cohort,
        account_arr_monthly.month_number - members.start_month_number as months_since_start,
        sum(case when account_arr_monthly.closing_arr > 0 then 1 else 0 end) as active_logos,
        sum(account_arr_monthly.closing_arr) as arr,
        sum(least(account_arr_monthly.closing_arr, members.start_arr)) as retained_arr
    from members
    inner join account_arr_monthly
        on
            members.account_id = account_arr_monthly.account_id
            and members.start_month_number <= account_arr_monthly.month_number
    group by
        members.start_cohort, account_arr_monthly.month_number - members.start_month_number
)

select
    cast(cohorts.start_cohort as {{ dbt.type_string() }}) as start_cohort,
    cast(ages.months_since_start as {{ dbt.type_int() }}) as months_since_start,
    cast(cohorts.cohort_logos as {{ dbt.type_int() }}) as cohort_logos,
    cast(ages.active_logos as {{ dbt.type_int() }}) as active_logos,
    cast(cohorts.start_arr as decimal(18, 2)) as start_arr,
    cast(ages.arr as decimal(18, 2)) as arr,
    cast(ages.retained_arr as decimal(18, 2)) as retained_arr,
    {{ ratio('ages.active_logos', 'cohorts.cohort_logos') }} as logo_retention,
    {{ ratio('ages.arr', 'cohorts.start_arr') }} as nrr,
    {{ ratio('ages.retained_arr', 'cohorts.start_arr') }} as grr,
    cohorts.start_quarter_date
from cohorts
inner join ages
    on
        cohorts.start_cohort = ages.start_cohort
        and cohorts.oldest_age >= ages.months_since_start
