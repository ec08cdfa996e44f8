with

measures as (
    select * from {{ ref('int_csm_priority_measures') }}
),

priority_rules as (
    select * from {{ ref('csm_priority_rules') }}
),

account_360 as (
    select * from {{ ref('rpt_account_360') }}
    where is_active
),

reasons as (
    select
        measures.account_id,
        measures.measure_value,
        measures.detail,
        measures.key_date,
        priority_rules.reason_id,
        priority_rules.reason_kind,
        priority_rules.reason_name,
        priority_rules.sentence,
        priority_rules.next_step,
        priority_rules.points,
        account_360.csm_user_id,
        account_360.segment,
        account_360.region,
        account_360.team,
        account_360.arr,
        coalesce(account_360.csm_user_id, account_360.owner_user_id) as owner_user_id,
        {{ amount_text('account_360.next_renewal_arr') }}
        || ' ' || account_360.reporting_currency as amount,
        sum(priority_rules.points) over (partition by measures.account_id) as account_points,
        row_number() over (
            partition by measures.account_id
            order by priority_rules.points desc, priority_rules.reason_id asc
        ) as reason_rank
    from measures
    inner join priority_rules
        on
            measures.measure_id = priority_rules.measure_id
            and coalesce(measures.measure_value >= priority_rules.at_least, true)
            and coalesce(measures.measure_value <= priority_rules.at_most, true)
    inner join account_360
        on measures.account_id = account_360.account_id
),

ranked as (
    select
        *,
        -- The rows of an account tie in all three, so an account has one place in its book.
        dense_rank() over (
            partition by csm_user_id
            order by account_points desc, arr desc, account_id asc
        ) as account_rank
    from reasons
)

select
    cast(account_id as {{ dbt.type_string() }}) as account_id,
    cast(reason_id as {{ dbt.type_string() }}) as reason_id,
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(owner_user_id as {{ dbt.type_string() }}) as owner_user_id,
    cast(segment as {{ dbt.type_string() }}) as segment,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(team as {{ dbt.type_string() }}) as team,
    cast(reason_kind as {{ dbt.type_string() }}) as reason_kind,
    cast(reason_name as {{ dbt.type_string() }}) as reason_name,
    cast({{ filled('sentence', {
        'value': number_text('abs(measure_value)', "'count'"),
        'date': 'cast(key_date as ' ~ dbt.type_string() ~ ')',
        'amount': 'amount',
        'detail': 'detail',
    }) }} as {{ dbt.type_string() }}) as why,
    cast(next_step as {{ dbt.type_string() }}) as next_step,
    cast(account_rank as {{ dbt.type_int() }}) as account_rank,
    cast(reason_rank as {{ dbt.type_int() }}) as reason_rank,
    cast(points as {{ dbt.type_int() }}) as points,
    cast(account_points as {{ dbt.type_int() }}) as account_points,
    cast(measure_value as decimal(18, 4)) as measure_value,
    cast(arr as decimal(18, 2)) as arr,
    key_date,
    {{ as_of_day() }} as as_of_date
from ranked
