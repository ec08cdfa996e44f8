with

account_periods as (
    select * from {{ ref('int_qbr_account_periods') }}
),

cs_qbrs as (
    select * from {{ ref('cs_qbrs') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- A review is that of the period in which it was due; one that nobody planned, of its own day.
reviews as (
    select
        account_survivors.surviving_account_id as account_id,
        cs_qbrs.qbr_id,
        cs_qbrs.exec_sponsor_present,
        coalesce(cs_qbrs.due_date, cast(cs_qbrs.held_at as date)) as due_date,
        cast(cs_qbrs.held_at as date) as held_date
    from cs_qbrs
    inner join account_survivors
        on cs_qbrs.account_id = account_survivors.account_id
),

-- The first one held speaks for the period, else the one due last.
ranked as (
    select
        account_periods.*,
        reviews.qbr_id,
        reviews.exec_sponsor_present,
        reviews.due_date,
        reviews.held_date,
        {{ add_days(
            'coalesce(reviews.due_date, account_periods.period_end_date)', 'account_periods.grace_days'
        ) }} as last_date,
        row_number() over (
            partition by account_periods.account_id, account_periods.period_end_date
            order by
                case when reviews.held_date is null then 1 else 0 end asc,
                reviews.held_date asc,
                reviews.due_date desc,
                reviews.qbr_id asc
        ) as review_number
    from account_periods
    left join reviews
        on
            account_periods.account_id = reviews.account_id
            and account_periods.period_start_date <= reviews.due_date
            and account_periods.period_end_date >= reviews.due_date
)

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    qbr_id,
    csm_user_id,
    cast(segment as {{ dbt.type_string() }}) as segment,
    region,
    team,
    case
        when held_date <= last_date then 'on_cadence'
        when held_date is not null then 'late'
        when last_date >= {{ as_of_day() }} then 'pending'
        when qbr_id is null then 'unplanned'
        else 'missed'
    end as outcome,
    held_date is not null or last_date < {{ as_of_day() }} as is_eligible,
    coalesce(held_date <= last_date, false) as is_on_cadence,
    coalesce(exec_sponsor_present and held_date is not null, false) as has_executive_sponsor,
    period_start_date,
    period_end_date,
    due_date,
    last_date,
    held_date
from ranked
where review_number = 1
