with

quality_policy as (
    select * from {{ ref('quality_policy') }}
),

quality_exceptions as (
    select * from {{ ref('quality_exceptions') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

ranked_rules as (
    select
        quality_policy.*,
        row_number() over (partition by rule_id order by valid_from desc) as newest_number
    from quality_policy
    where valid_from <= {{ as_of_day() }}
),

-- Exceptions are for companies with one system of accounts; with two, the policy counts for both.
only_system as (
    select max(_source_system) as source_system
    from crm_accounts
    having count(distinct _source_system) = 1
),

ranked_exceptions as (
    select
        quality_exceptions.*,
        row_number() over (
            partition by quality_exceptions.rule_id order by quality_exceptions.valid_from desc
        ) as newest_number
    from quality_exceptions
    inner join only_system
        on quality_exceptions.source_system = only_system.source_system
    where quality_exceptions.valid_from <= {{ as_of_day() }}
)

select
    ranked_rules.rule_id,
    coalesce(ranked_exceptions.severity, ranked_rules.severity) as severity,
    ranked_rules.owner_team,
    ranked_rules.remedy,
    ranked_exceptions.reason as exception_reason,
    case
        when ranked_exceptions.rule_id is not null then ranked_exceptions.max_arr_share
        else ranked_rules.max_arr_share
    end as max_arr_share,
    ranked_rules.tolerance,
    ranked_rules.valid_from
from ranked_rules
left join ranked_exceptions
    on
        ranked_rules.rule_id = ranked_exceptions.rule_id
        and ranked_exceptions.newest_number = 1
where ranked_rules.newest_number = 1
