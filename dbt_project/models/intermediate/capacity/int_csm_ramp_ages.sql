with

csm_ramp as (
    select * from {{ ref('fct_csm_ramp') }}
    where ramp_status <> 'hired_before_history'
),

capacity_monthly as (
    select * from {{ ref('fct_csm_capacity_monthly') }}
),

months as (
    select distinct
        month_start_date,
        state_date
    from capacity_monthly
),

-- As it was known at each month's end: who was hired by then, and what had become of each.
ramps as (
    select
        months.month_start_date,
        csm_ramp.segment,
        csm_ramp.region,
        csm_ramp.team,
        coalesce(csm_ramp.full_book_date <= months.state_date, false) as is_reached,
        {{ dbt.datediff(
            'csm_ramp.hire_date',
            'least(months.state_date, coalesce(csm_ramp.full_book_date, csm_ramp.last_seen_date))',
            'day'
        ) }} as days
    from csm_ramp
    inner join months
        on csm_ramp.hire_date <= months.state_date
),

slices as (
    {%- for slice_type in ['company', 'segment', 'region', 'team'] %}
    select
        month_start_date,
        '{{ slice_type }}' as slice_type,
        {{ "'company'" if slice_type == 'company' else "coalesce(" ~ slice_type ~ ", '(none)')" }}
            as slice_value,
        is_reached,
        days
    from ramps
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

by_age as (
    select
        month_start_date,
        slice_type,
        slice_value,
        days,
        count(*) as csms,
        sum(case when is_reached then 1 else 0 end) as reached_csms
    from slices
    group by month_start_date, slice_type, slice_value, days
)

select
    by_age.*,
    sum(csms) over (
        partition by month_start_date, slice_type, slice_value order by days desc
    ) as csms_at_risk
from by_age
