with

book_days as (
    select * from {{ ref('int_csm_book_days') }}
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['over_utilization', 'under_utilization']) }}
    from capacity_settings
),

bounds as (
    select min(date_day) as first_day
    from book_days
),

months as (
    select
        cast({{ dbt.date_trunc('month', 'dates.date_day') }} as date) as month_start_date,
        count(*) as days,
        max(dates.date_day) as state_date
    from dates
    inner join bounds
        on dates.date_day >= bounds.first_day
    where dates.date_day <= {{ as_of_day() }}
    group by cast({{ dbt.date_trunc('month', 'dates.date_day') }} as date)
),

-- Averages over the days of the month: half a month of a book or of a CSM counts half.
averages as (
    select
        book_days.book_id,
        min(book_days.csm_user_id) as csm_user_id,
        max(months.days) as days,
        sum(case when book_days.is_employed then 1 else 0 end) as employed_days,
        {%- for column in [
            'present_fte', 'productive_fte', 'accounts', 'target_accounts', 'effort_hours',
            'available_hours',
        ] %}
        cast(
            {{ ratio('sum(book_days.' ~ column ~ ')', 'max(months.days)') }} as decimal(18, 4)
        ) as {{ column }},
        {%- endfor %}
        {%- for column in ['arr', 'target_arr'] %}
        cast(
            {{ ratio('sum(book_days.' ~ column ~ ')', 'max(months.days)') }} as decimal(18, 2)
        ) as {{ column }},
        {%- endfor %}
        {%- for column in ['accounts', 'arr', 'effort_hours'] %}
        sum(
            case when book_days.date_day = months.state_date then book_days.{{ column }} else 0 end
        ) as closing_{{ column }},
        {%- endfor %}
        months.month_start_date,
        months.state_date
    from book_days
    inner join months
        on
            cast({{ dbt.date_trunc('month', 'book_days.date_day') }} as date)
            = months.month_start_date
    group by book_days.book_id, months.month_start_date, months.state_date
),

utilizations as (
    select
        averages.*,
        {{ ratio('arr', 'target_arr') }} as book_utilization,
        {{ ratio('accounts', 'target_accounts') }} as account_utilization,
        {{ ratio('effort_hours', 'available_hours') }} as effort_utilization
    from averages
)

select
    cast(utilizations.book_id as {{ dbt.type_string() }}) as book_id,
    cast(utilizations.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(csm_roster.role_label as {{ dbt.type_string() }}) as role_label,
    cast(csm_roster.team as {{ dbt.type_string() }}) as team,
    cast(csm_roster.segment as {{ dbt.type_string() }}) as segment,
    cast(csm_roster.region as {{ dbt.type_string() }}) as region,
    case
        when utilizations.csm_user_id is null then 'unowned'
        when utilizations.book_utilization is null then 'no_capacity'
        when
            greatest(
                utilizations.book_utilization,
                utilizations.account_utilization,
                utilizations.effort_utilization
            ) > settings.over_utilization
            then 'over'
        when
            greatest(
                utilizations.book_utilization,
                utilizations.account_utilization,
                utilizations.effort_utilization
            ) < settings.under_utilization
            then 'under'
        else 'within'
    end as utilization_status,
    cast(utilizations.days as {{ dbt.type_int() }}) as days,
    cast(utilizations.employed_days as {{ dbt.type_int() }}) as employed_days,
    cast(utilizations.closing_accounts as {{ dbt.type_int() }}) as closing_accounts,
    utilizations.present_fte,
    utilizations.productive_fte,
    utilizations.accounts as average_accounts,
    utilizations.target_accounts,
    utilizations.arr as average_arr,
    utilizations.target_arr,
    utilizations.effort_hours as average_effort_hours,
    utilizations.available_hours,
    cast(utilizations.closing_arr as decimal(18, 2)) as closing_arr,
    cast(utilizations.closing_effort_hours as decimal(14, 4)) as closing_effort_hours,
    utilizations.book_utilization,
    utilizations.account_utilization,
    utilizations.effort_utilization,
    utilizations.month_start_date,
    utilizations.state_date
from utilizations
cross join settings
left join csm_roster
    on utilizations.csm_user_id = csm_roster.csm_user_id
