with

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
    where start_date <= {{ as_of_day() }}
),

book_days as (
    select * from {{ ref('int_csm_book_days') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['full_book_share']) }}
    from capacity_settings
),

bounds as (
    select min(date_day) as first_day
    from book_days
),

-- The whole target of role and segment, for the FTE: neither ramp nor leave makes a book full.
hires as (
    select
        csm_roster.*,
        cast(csm_roster.target_accounts * csm_roster.fte as decimal(18, 4)) as whole_accounts,
        cast(csm_roster.target_arr * csm_roster.fte as decimal(18, 2)) as whole_arr,
        settings.full_book_share,
        csm_roster.start_date < bounds.first_day as is_before_history,
        least(
            {{ as_of_day() }},
            coalesce({{ add_days('csm_roster.end_date', '-1') }}, {{ as_of_day() }})
        ) as last_seen_date
    from csm_roster
    cross join settings
    cross join bounds
),

full_days as (
    select
        hires.csm_user_id,
        min(book_days.date_day) as full_book_date
    from hires
    inner join book_days
        on
            hires.csm_user_id = book_days.csm_user_id
            and hires.start_date <= book_days.date_day
            and hires.last_seen_date >= book_days.date_day
    where
        (
            book_days.arr >= hires.full_book_share * hires.whole_arr
            and hires.whole_arr > 0
        )
        or (
            book_days.accounts >= hires.full_book_share * hires.whole_accounts
            and hires.whole_accounts > 0
        )
    group by hires.csm_user_id
)

select
    cast(hires.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(hires.csm_name as {{ dbt.type_string() }}) as csm_name,
    cast(hires.role_label as {{ dbt.type_string() }}) as role_label,
    cast(hires.team as {{ dbt.type_string() }}) as team,
    cast(hires.segment as {{ dbt.type_string() }}) as segment,
    cast(hires.region as {{ dbt.type_string() }}) as region,
    case
        when hires.is_before_history then 'hired_before_history'
        when full_days.full_book_date is not null then 'reached'
        when hires.last_seen_date < {{ as_of_day() }} then 'left_before'
        else 'ramping'
    end as ramp_status,
    cast(hires.ramp_months as {{ dbt.type_int() }}) as ramp_months,
    case
        when not hires.is_before_history
            then cast(
                {{ dbt.datediff('hires.start_date', 'full_days.full_book_date', 'day') }}
                as {{ dbt.type_int() }}
            )
    end as days_to_full_book,
    cast(
        {{ dbt.datediff('hires.start_date', 'hires.last_seen_date', 'day') }}
        as {{ dbt.type_int() }}
    ) as days_seen,
    hires.fte,
    hires.whole_accounts as target_accounts,
    hires.whole_arr as target_arr,
    hires.start_date as hire_date,
    hires.end_date,
    case when not hires.is_before_history then full_days.full_book_date end as full_book_date,
    hires.last_seen_date
from hires
left join full_days
    on hires.csm_user_id = full_days.csm_user_id
