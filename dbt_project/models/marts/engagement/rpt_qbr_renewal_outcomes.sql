with

qbr_renewal_shares as (
    select * from {{ ref('int_qbr_renewal_shares') }}
)

select
    cast(shares.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(shares.slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(shares.review_outcome as {{ dbt.type_string() }}) as review_outcome,
    cast(shares.due_terms as {{ dbt.type_int() }}) as due_terms,
    cast(shares.renewed_terms as {{ dbt.type_int() }}) as renewed_terms,
    cast(shares.due_arr as decimal(18, 2)) as due_arr,
    cast(shares.retained_arr as decimal(18, 2)) as retained_arr,
    cast(shares.effective_terms as decimal(12, 2)) as effective_terms,
    {%- for share in ['renewal_rate_logo', 'renewal_rate_arr'] %}
    {%- for end in ['', '_low', '_high'] %}
    cast(
        case when shares.has_enough_terms then shares.{{ share }}{{ end }} end as decimal(12, 6)
    ) as {{ share }}{{ end }},
    {%- endfor %}
    cast(
        case
            when shares.has_enough_terms and missed.has_enough_terms
                then shares.{{ share }} - missed.{{ share }}
        end as decimal(12, 6)
    ) as {{ share }}_difference,
    {%- for sign, name in [('-', 'low'), ('+', 'high')] %}
    cast(
        case
            when shares.has_enough_terms and missed.has_enough_terms
                then {{ difference_bound('shares', 'missed', share, sign) }}
        end as decimal(12, 6)
    ) as {{ share }}_difference_{{ name }},
    {%- endfor %}
    {%- endfor %}
    shares.has_enough_terms,
    {{ as_of_day() }} as as_of_date
from qbr_renewal_shares as shares
left join qbr_renewal_shares as missed
    on
        shares.slice_type = missed.slice_type
        and shares.slice_value = missed.slice_value
        and shares.review_outcome <> 'missed'
        and missed.review_outcome = 'missed'
