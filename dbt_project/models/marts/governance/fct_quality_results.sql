{%- set columns = [
    'as_of_date', 'stage', 'suite', 'check_name', 'table_name', 'column_name', 'rule_id',
    'severity', 'dimension', 'owner', 'description', 'remedy', 'ruling', 'observed',
    'sampled_keys', 'error', 'unexpected_count', 'element_count', 'accounts_at_stake',
    'arr_at_stake', 'is_passed',
] -%}

with

kept_results as (
    {{ recorded_rows(source('ops', 'quality_results'), columns) }}
),

-- The audit judges these marts, so what it says of the as-of day stands in the next day's.
known_results as (
    select * from kept_results
    where
        cast(as_of_date as date) < {{ as_of_day() }}
        or (cast(as_of_date as date) = {{ as_of_day() }} and stage = 'gate')
)

select
    cast(stage as {{ dbt.type_string() }}) as stage,
    cast(suite as {{ dbt.type_string() }}) as suite,
    cast(check_name as {{ dbt.type_string() }}) as check_name,
    cast(table_name as {{ dbt.type_string() }}) as table_name,
    cast(column_name as {{ dbt.type_string() }}) as column_name,
    cast(rule_id as {{ dbt.type_string() }}) as rule_id,
    cast(severity as {{ dbt.type_string() }}) as severity,
    cast(dimension as {{ dbt.type_string() }}) as dimension,
    cast(owner as {{ dbt.type_string() }}) as owner,
    cast(description as {{ dbt.type_string() }}) as description,
    cast(remedy as {{ dbt.type_string() }}) as remedy,
    cast(ruling as {{ dbt.type_string() }}) as ruling,
    cast(observed as {{ dbt.type_string() }}) as observed,
    cast(sampled_keys as {{ dbt.type_string() }}) as sampled_keys,
    cast(error as {{ dbt.type_string() }}) as error,
    cast(unexpected_count as {{ dbt.type_bigint() }}) as unexpected_count,
    cast(element_count as {{ dbt.type_bigint() }}) as element_count,
    cast(accounts_at_stake as {{ dbt.type_bigint() }}) as accounts_at_stake,
    cast(arr_at_stake as decimal(18, 2)) as arr_at_stake,
    cast(is_passed as boolean) as is_passed,
    cast(as_of_date as date) as as_of_date
from known_results
