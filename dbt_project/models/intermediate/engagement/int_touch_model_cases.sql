with

account_retention_monthly as (
    select * from {{ ref('fct_account_retention_monthly') }}
),

account_health_monthly as (
    select * from {{ ref('fct_account_health_monthly') }}
    where score is not null
),

account_adoption_monthly as (
    select * from {{ ref('fct_account_adoption_monthly') }}
    where seats > 0
),

csm_roster as (
    select * from {{ ref('int_csm_roster') }}
),

-- An account is what it was where the measure begins: twelve months ago for what was kept since.
cases as (
    {%- for measure, relation, segment, numerator, denominator in [
        ('logo_retention', 'account_retention_monthly', "segment",
         'case when is_retained then 1 else 0 end', '1'),
        ('grr', 'account_retention_monthly', "segment", 'retained_arr', 'start_arr'),
        ('healthy_share', 'account_health_monthly', "coalesce(segment, '(none)')",
         "case when band = 'green' then 1 else 0 end", '1'),
        ('seats_in_use', 'account_adoption_monthly', "coalesce(segment, '(none)')",
         'least(active_users, seats)', 'seats'),
    ] %}
    select
        account_id,
        csm_user_id,
        {{ segment }} as segment,
        '{{ measure }}' as measure_id,
        cast({{ numerator }} as decimal(18, 2)) as numerator,
        cast({{ denominator }} as decimal(18, 2)) as denominator,
        month_start_date
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

touch_model_cases as (
    select
        cases.*,
        coalesce(csm_roster.touch_model, 'human') as touch_model
    from cases
    left join csm_roster
        on cases.csm_user_id = csm_roster.csm_user_id
)

select * from touch_model_cases
