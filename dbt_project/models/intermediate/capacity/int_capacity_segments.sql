with

csm_book_daily as (
    select * from {{ ref('fct_csm_book_daily') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

csm_targets as (
    select * from {{ ref('csm_targets') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['trailing_growth_months']) }}
    from capacity_settings
),

compared as (
    select
        trailing_growth_months,
        cast(
            {{ dbt.dateadd(
                'month', '-cast(trailing_growth_months as ' ~ dbt.type_int() ~ ')', as_of_day()
            ) }} as date
        ) as compared_date
    from settings
),

-- Accounts without a segment are planned for where their CSM works.
books as (
    select
        case
            when csm_book_daily.segment = '(none)' then coalesce(csm_roster.segment, '(none)')
            else csm_book_daily.segment
        end as segment,
        csm_book_daily.accounts,
        csm_book_daily.arr,
        csm_book_daily.effort_hours,
        csm_book_daily.date_day = {{ as_of_day() }} as is_now,
        compared.trailing_growth_months
    from csm_book_daily
    inner join compared
        on csm_book_daily.date_day in ({{ as_of_day() }}, compared.compared_date)
    left join csm_roster
        on csm_book_daily.csm_user_id = csm_roster.csm_user_id
),

loads as (
    select
        segment,
        sum(case when is_now then accounts else 0 end) as customers,
        sum(case when not is_now then accounts else 0 end) as customers_before,
        sum(case when is_now then arr else 0 end) as arr,
        sum(case when is_now then effort_hours else 0 end) as effort_hours,
        max(trailing_growth_months) as trailing_growth_months
    from books
    group by segment
),

staffed as (
    select segment from loads
    union
    select coalesce(segment, '(none)') as segment from csm_roster
),

matching_targets as (
    select
        staffed.segment,
        csm_targets.customer_hours_per_month,
        csm_targets.cost_per_hour,
        row_number() over (
            partition by staffed.segment
            order by
                case when csm_targets.segment = '*' then 1 else 0 end asc,
                csm_targets.valid_from desc
        ) as choice
    from staffed
    inner join csm_targets
        on
            csm_targets.role_label = '*'
            and csm_targets.segment in (staffed.segment, '*')
            and csm_targets.valid_from <= {{ as_of_day() }}
)

select
    staffed.segment,
    cast(coalesce(loads.customers, 0) as {{ dbt.type_int() }}) as customers,
    cast(coalesce(loads.arr, 0) as decimal(18, 2)) as arr,
    cast(coalesce(loads.effort_hours, 0) as decimal(14, 4)) as effort_hours,
    cast(
        power(
            {{ ratio('loads.customers', 'loads.customers_before') }},
            {{ ratio(12, 'loads.trailing_growth_months') }}
        ) - 1 as decimal(9, 4)
    ) as trailing_growth_rate,
    cast(matching_targets.customer_hours_per_month as decimal(9, 2)) as customer_hours_per_month,
    cast(matching_targets.cost_per_hour as decimal(9, 2)) as cost_per_hour
from staffed
left join loads
    on staffed.segment = loads.segment
left join matching_targets
    on
        staffed.segment = matching_targets.segment
        and matching_targets.choice = 1
