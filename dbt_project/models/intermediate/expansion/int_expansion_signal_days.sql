{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}
{%- set from_day = day_literal(first_day) if first_day else '(select first_day from first_days)' -%}

with

measures as (
    select * from {{ ref('int_expansion_use_measures') }}
    union all
    select * from {{ ref('int_expansion_limit_measures') }}
    union all
    select * from {{ ref('int_expansion_occasion_measures') }}
),

policy as (
    select * from {{ ref('int_expansion_policy') }}
),

quantities_daily as (
    select * from {{ ref('int_health_quantities_daily') }}
),

{% if not first_day %}
first_days as (
    select min(date_day) as first_day from quantities_daily
),

{% endif %}
new_measures as (
    select *
    from measures
    where
        date_day <= {{ day_literal(last_day) }}
        and date_day >= {{ from_day }}
),

held as (
    select
        new_measures.account_id,
        new_measures.signal_type,
        new_measures.subject,
        new_measures.part,
        new_measures.whole,
        policy.hold_days,
        policy.lapse_days,
        row_number() over (
            partition by
                new_measures.account_id, new_measures.signal_type, new_measures.date_day
            order by
                {{ ratio('new_measures.part', 'new_measures.whole') }} desc,
                new_measures.subject asc
        ) as strongest_number,
        new_measures.date_day
    from new_measures
    inner join policy
        on
            new_measures.signal_type = policy.signal_type
            and new_measures.date_day >= policy.valid_from
            and coalesce(new_measures.date_day < policy.valid_to, true)
    where
        case policy.comparison
            when 'over' then new_measures.part > policy.threshold * new_measures.whole
            else new_measures.part >= policy.threshold * new_measures.whole
        end
),

signal_days as (
    select
        account_id,
        signal_type,
        subject,
        part,
        whole,
        hold_days,
        lapse_days,
        date_day
    from held
    where strongest_number = 1
)

select * from signal_days
