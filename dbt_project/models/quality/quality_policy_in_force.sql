with

quality_policy as (
    select * from {{ ref('quality_policy') }}
),

ranked_rules as (
    select
        rule_id,
        severity,
        max_arr_share,
        tolerance,
        owner_team,
        remedy,
        valid_from,
        row_number() over (partition by rule_id order by valid_from desc) as newest_number
    from quality_policy
    where valid_from <= {{ as_of_day() }}
)

select
    rule_id,
    severity,
    max_arr_share,
    tolerance,
    owner_team,
    remedy,
    valid_from
from ranked_rules
where newest_number = 1
