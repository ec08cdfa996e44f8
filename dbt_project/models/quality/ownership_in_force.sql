with

ownership as (
    select * from {{ ref('ownership') }}
),

ranked as (
    select
        ownership.*,
        row_number() over (
            partition by kind, scope, name order by valid_from desc
        ) as newest_number
    from ownership
    where valid_from <= {{ as_of_day() }}
)

select
    kind,
    scope,
    name,
    owner_team,
    steward_team,
    owner,
    reason,
    valid_from
from ranked
where newest_number = 1
