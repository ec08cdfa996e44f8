with

account_health_monthly as (
    select * from {{ ref('fct_account_health_monthly') }}
),

health_inputs_daily as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        measure_id in ('seat_adoption', 'feature_breadth')
        and (
            date_day = {{ dbt.last_day('date_day', 'month') }}
            or date_day = {{ as_of_day() }}
        )
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['adopted_key_features']) }}
    from engagement_settings
),

use_monthly as (
    select
        account_health_monthly.account_id,
        account_health_monthly.segment,
        account_health_monthly.csm_user_id,
        account_health_monthly.month_start_date,
        account_health_monthly.date_day,
        seats.numerator as active_users,
        seats.denominator as seats,
        features.measure_value as key_features_used,
        {{ ratio('seats.numerator', 'seats.denominator') }} as adoption_rate
    from account_health_monthly
    left join health_inputs_daily as seats
        on
            account_health_monthly.account_id = seats.account_id
            and account_health_monthly.date_day = seats.date_day
            and seats.measure_id = 'seat_adoption'
    left join health_inputs_daily as features
        on
            account_health_monthly.account_id = features.account_id
            and account_health_monthly.date_day = features.date_day
            and features.measure_id = 'feature_breadth'
),

-- Peers are the accounts of the segment of which adoption is known.
ranked as (
    select
        account_id,
        month_start_date,
        percent_rank() over (
            partition by month_start_date, segment order by adoption_rate asc
        ) as adoption_percentile
    from use_monthly
    where
        adoption_rate is not null
        and segment is not null
),

peers as (
    select
        segment,
        month_start_date,
        {%- for column, share in [
            ('peer_adoption_low', '0.25'), ('peer_adoption_median', '0.5'),
            ('peer_adoption_high', '0.75'),
        ] %}
        {{ percentile('adoption_rate', share) }} as {{ column }},
        {%- endfor %}
        count(*) as peer_accounts
    from use_monthly
    where
        adoption_rate is not null
        and segment is not null
    group by segment, month_start_date
)

select
    cast(use_monthly.account_id as {{ dbt.type_string() }}) as account_id,
    cast(use_monthly.segment as {{ dbt.type_string() }}) as segment,
    cast(use_monthly.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(use_monthly.active_users as {{ dbt.type_int() }}) as active_users,
    cast(use_monthly.seats as {{ dbt.type_int() }}) as seats,
    cast(use_monthly.key_features_used as {{ dbt.type_int() }}) as key_features_used,
    cast(peers.peer_accounts as {{ dbt.type_int() }}) as peer_accounts,
    use_monthly.adoption_rate,
    case when peers.peer_accounts > 1 then ranked.adoption_percentile end as adoption_percentile,
    peers.peer_adoption_low,
    peers.peer_adoption_median,
    peers.peer_adoption_high,
    use_monthly.key_features_used >= settings.adopted_key_features as has_adopted_key_features,
    use_monthly.month_start_date,
    use_monthly.date_day
from use_monthly
cross join settings
left join ranked
    on
        use_monthly.account_id = ranked.account_id
        and use_monthly.month_start_date = ranked.month_start_date
left join peers
    on
        use_monthly.segment = peers.segment
        and use_monthly.month_start_date = peers.month_start_date
