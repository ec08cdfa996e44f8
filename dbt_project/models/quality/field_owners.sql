with

ownership as (
    select * from {{ ref('ownership_in_force') }}
)

select
    scope as contract_table,
    name as field_name,
    owner_team,
    steward_team,
    owner,
    reason,
    valid_from
from ownership
where kind = 'field'
