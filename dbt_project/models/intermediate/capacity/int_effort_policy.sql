with

effort_policy as (
    select * from {{ ref('effort_policy') }}
)

select
    factor,
    factor_value,
    cast(amount as decimal(9, 4)) as amount,
    valid_from,
    lead(valid_from) over (partition by factor, factor_value order by valid_from asc) as valid_to
from effort_policy
