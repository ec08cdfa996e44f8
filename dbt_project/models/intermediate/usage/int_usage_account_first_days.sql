with

account_user_days as (
    select * from {{ ref('int_usage_account_user_days') }}
),

account_feature_days as (
    select * from {{ ref('int_usage_account_feature_days') }}
),

seen as (
    select
        account_id,
        'user' as sign,
        known_date
    from account_user_days
    union all
    select
        account_id,
        'use' as sign,
        known_date
    from account_feature_days
),

first_days as (
    select
        seen.account_id,
        seen.sign,
        min(seen.known_date) as known_date
    from
        seen
    {%- if is_incremental() %}
left join {{ this }} as known
    on seen.account_id = known.account_id and seen.sign = known.sign
where
    known.account_id is null
    and seen.known_date > (
        select coalesce(max(this.known_date), cast('1900-01-01' as date)) from {{ this }} as this
    )
    {%- endif %}
    group by seen.account_id, seen.sign
)

-- depends_on: {{ ref('health_settings') }}
select * from first_days
