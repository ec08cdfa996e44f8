with

account_days as (
    select * from {{ ref('int_health_account_days') }}
),

promoters as (
    select * from {{ ref('int_expansion_promoters') }}
),

new_areas as (
    select * from {{ ref('int_expansion_new_areas') }}
),

promoter_days as (
    select
        account_days.account_id,
        promoters.role_name,
        promoters.score,
        promoters.answered_date,
        count(*) over (
            partition by account_days.account_id, account_days.date_day
        ) as promoters,
        row_number() over (
            partition by account_days.account_id, account_days.date_day
            order by promoters.answered_date desc, promoters.response_id asc
        ) as newest_number,
        account_days.date_day
    from account_days
    inner join promoters
        on
            account_days.account_id = promoters.account_id
            and account_days.date_day >= promoters.valid_from
            and account_days.date_day < promoters.valid_to
),

area_days as (
    select
        account_days.account_id,
        new_areas.area,
        new_areas.action_count,
        row_number() over (
            partition by account_days.account_id, account_days.date_day
            order by new_areas.action_count desc, new_areas.area asc
        ) as busiest_number,
        account_days.date_day
    from account_days
    inner join new_areas
        on
            account_days.account_id = new_areas.account_id
            and account_days.date_day >= new_areas.valid_from
            and account_days.date_day < new_areas.valid_to
),

occasion_measures as (
    select
        account_id,
        'promoter_with_budget' as signal_type,
        role_name || ', ' || {{ number_text('score', "'score'") }} || ' of 10 on '
        || cast(answered_date as {{ dbt.type_string() }}) as subject,
        cast(promoters as decimal(18, 4)) as part,
        cast(1 as decimal(18, 4)) as whole,
        date_day
    from promoter_days
    where newest_number = 1
    union all
    select
        account_id,
        'new_area_active' as signal_type,
        area as subject,
        action_count as part,
        cast(1 as decimal(18, 4)) as whole,
        date_day
    from area_days
    where busiest_number = 1
)

select * from occasion_measures
