with

time_allocation as (
    select * from {{ ref('hr_time_allocation') }}
),

time_categories as (
    select * from {{ ref('time_categories') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

weekly as (
    select
        time_allocation.user_id as csm_user_id,
        sum(time_allocation.hours) as logged_hours,
        sum(
            case when time_categories.is_customer_facing then time_allocation.hours else 0 end
        ) as customer_hours,
        sum(
            case when time_categories.category_label is null then time_allocation.hours else 0 end
        ) as unlisted_hours,
        {{ week_end('time_allocation.week_start') }} as week_end_date
    from time_allocation
    left join time_categories
        on {{ label_key('time_allocation.category') }} = time_categories.category_label
    group by time_allocation.user_id, {{ week_end('time_allocation.week_start') }}
)

select
    cast(weekly.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(csm_roster.team as {{ dbt.type_string() }}) as team,
    cast(csm_roster.segment as {{ dbt.type_string() }}) as segment,
    cast(csm_roster.region as {{ dbt.type_string() }}) as region,
    cast(weekly.logged_hours as decimal(12, 2)) as logged_hours,
    cast(weekly.customer_hours as decimal(12, 2)) as customer_hours,
    cast(weekly.unlisted_hours as decimal(12, 2)) as unlisted_hours,
    {{ ratio('weekly.customer_hours', 'weekly.logged_hours') }} as csm_customer_time,
    csm_roster.start_date <= weekly.week_end_date
    and coalesce(
        csm_roster.end_date > {{ add_days('weekly.week_end_date', '-6') }}, true
    ) as is_on_staff,
    {{ add_days('weekly.week_end_date', '-6') }} as week_start_date,
    weekly.week_end_date
from weekly
inner join csm_roster
    on weekly.csm_user_id = csm_roster.csm_user_id
