with

touch_model_shares as (
    select * from {{ ref('int_touch_model_shares') }}
)

select
    cast(shares.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(shares.slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(shares.touch_model as {{ dbt.type_string() }}) as touch_model,
    cast(shares.measure_id as {{ dbt.type_string() }}) as measure_id,
    cast(shares.accounts as {{ dbt.type_int() }}) as accounts,
    cast(shares.numerator as decimal(18, 2)) as numerator,
    cast(shares.denominator as decimal(18, 2)) as denominator,
    cast(shares.effective_accounts as decimal(12, 2)) as effective_accounts,
    {%- for column in ['share', 'share_low', 'share_high'] %}
    cast(case when shares.has_enough_accounts then shares.{{ column }} end as decimal(12, 6))
        as {{ column | replace('share', 'outcome_rate') }},
    {%- endfor %}
    cast(
        case
            when shares.has_enough_accounts and human.has_enough_accounts
                then shares.share - human.share
        end as decimal(12, 6)
    ) as outcome_rate_difference,
    {%- for sign, name in [('-', 'low'), ('+', 'high')] %}
    cast(
        case
            when shares.has_enough_accounts and human.has_enough_accounts
                then {{ difference_bound('shares', 'human', 'share', sign) }}
        end as decimal(12, 6)
    ) as outcome_rate_difference_{{ name }},
    {%- endfor %}
    shares.has_enough_accounts,
    shares.month_start_date
from touch_model_shares as shares
left join touch_model_shares as human
    on
        shares.slice_type = human.slice_type
        and shares.slice_value = human.slice_value
        and shares.measure_id = human.measure_id
        and shares.month_start_date = human.month_start_date
        and shares.touch_model <> 'human'
        and human.touch_model = 'human'
