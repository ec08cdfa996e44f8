with

signals as (
    select * from {{ ref('int_expansion_signals') }}
),

policy as (
    select * from {{ ref('int_expansion_policy') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

book_account_arr as (
    select * from {{ ref('int_book_account_arr') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

described as (
    select
        signals.*,
        policy.signal_name,
        policy.unit,
        policy.threshold,
        policy.sentence,
        policy.estimate_method,
        book_account_arr.arr,
        case policy.estimate_method
            when 'seats_to_target_use'
                then {{ ratio(
                    'ceil(cast(' ~ ratio('signals.part', 'policy.estimate_rate')
                    ~ ' as decimal(18, 6))) - signals.whole',
                    'signals.whole'
                ) }}
            when 'units_over_limit'
                then {{ ratio(
                    '(signals.part - signals.whole) * policy.estimate_rate', 'signals.whole'
                ) }}
            else {{ ratio('policy.estimate_rate', '1') }}
        end as share_of_arr,
        signals.end_date > {{ as_of_day() }} as is_open
    from signals
    inner join policy
        on
            signals.signal_type = policy.signal_type
            and signals.began_date >= policy.valid_from
            and coalesce(signals.began_date < policy.valid_to, true)
    left join book_account_arr
        on
            signals.account_id = book_account_arr.account_id
            and signals.began_date >= book_account_arr.valid_from
            and coalesce(signals.began_date < book_account_arr.valid_to, true)
),

estimated as (
    select
        described.*,
        cast(greatest(share_of_arr, 0) * arr as decimal(18, 2)) as estimated_arr
    from described
),

ranked as (
    select
        estimated.*,
        1 + {{ dbt.datediff('estimated.began_date', 'estimated.last_held_date', 'day') }}
            as days_standing,
        row_number() over (
            partition by account_id, is_open
            order by estimated_arr desc nulls last, began_date asc, signal_type asc
        ) as size_number
    from estimated
)

select
    cast(ranked.account_id as {{ dbt.type_string() }}) as account_id,
    cast(ranked.signal_type as {{ dbt.type_string() }}) as signal_type,
    ranked.signal_name,
    account_history.owner_user_id,
    account_history.csm_user_id,
    hr_employees.team,
    account_history.segment,
    account_history.region,
    {{ expansion_evidence('ranked', 'subject', 'part', 'whole') }} as evidence,
    {{ expansion_evidence('ranked', 'latest_subject', 'latest_part', 'latest_whole') }}
        as latest_evidence,
    ranked.estimate_method,
    cast(ranked.part as decimal(18, 4)) as measured_quantity,
    cast(ranked.whole as decimal(18, 4)) as compared_quantity,
    cast(ranked.threshold as decimal(12, 4)) as threshold,
    cast(ranked.arr as decimal(18, 2)) as arr,
    ranked.estimated_arr,
    cast(ranked.days_standing as {{ dbt.type_int() }}) as days_standing,
    ranked.is_open,
    ranked.is_open and ranked.size_number = 1 as is_largest_open,
    ranked.since_date,
    ranked.began_date,
    ranked.last_held_date,
    case when not ranked.is_open then ranked.end_date end as ended_date
from ranked
left join account_history
    on
        ranked.account_id = account_history.account_id
        and ranked.began_date >= account_history.valid_from
        and coalesce(ranked.began_date < account_history.valid_to, true)
left join hr_employees
    on account_history.csm_user_id = hr_employees.user_id
