with

sentiment_facts as (
    select * from {{ ref('int_health_sentiment_facts') }}
    where quantity_id in ('nps_answers', 'nps_balance')
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

months as (
    select * from {{ ref('int_months') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

-- A fact is one respondent's answer on the days on which it is the latest and young enough.
counted as (
    select
        members.account_id,
        months.month_start_date,
        sum(case when facts.quantity_id = 'nps_answers' then 1 else 0 end) as respondents,
        sum(case when facts.quantity_id = 'nps_balance' and facts.amount > 0 then 1 else 0 end)
            as promoters,
        sum(case when facts.quantity_id = 'nps_balance' and facts.amount < 0 then 1 else 0 end)
            as detractors,
        min(months.state_date) as state_date
    from sentiment_facts as facts
    inner join months
        on
            facts.valid_from <= months.state_date
            and facts.valid_to > months.state_date
    inner join members
        on
            facts.account_id = members.member_account_id
            and months.state_date >= members.valid_from
            and (months.state_date < members.valid_to or members.valid_to is null)
    group by members.account_id, months.month_start_date
)

select
    cast(counted.account_id as {{ dbt.type_string() }}) as account_id,
    cast(account_history.segment as {{ dbt.type_string() }}) as segment,
    cast(account_history.region as {{ dbt.type_string() }}) as region,
    cast(account_history.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(hr_employees.team as {{ dbt.type_string() }}) as team,
    cast(counted.promoters as {{ dbt.type_int() }}) as promoters,
    cast(
        counted.respondents - counted.promoters - counted.detractors as {{ dbt.type_int() }}
    ) as passives,
    cast(counted.detractors as {{ dbt.type_int() }}) as detractors,
    cast(counted.respondents as {{ dbt.type_int() }}) as respondents,
    {{ ratio('(counted.promoters - counted.detractors) * 100', 'counted.respondents') }} as nps,
    months.is_month_complete,
    counted.month_start_date,
    counted.state_date
from counted
inner join months
    on counted.month_start_date = months.month_start_date
left join account_history
    on
        counted.account_id = account_history.account_id
        and counted.state_date >= account_history.valid_from
        and (counted.state_date < account_history.valid_to or account_history.valid_to is null)
left join hr_employees
    on account_history.csm_user_id = hr_employees.user_id
