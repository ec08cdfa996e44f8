with

delivered as (

    {% for contract_table in input_adapters() if enabled_adapters(contract_table) %}
    {{ delivered_counts(contract_table) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as {{ dbt.type_string() }}) as contract_table,
        cast(null as {{ dbt.type_string() }}) as source_system,
        0 as rows_in,
        0 as rows_kept,
        0 as rows_unknown
    where 1 = 0
    {% endfor %}

),

counted as (

    select
        contract_table,
        source_system,
        sum(rows_in) as rows_in,
        sum(rows_kept) as rows_kept,
        sum(rows_unknown) as rows_unknown
    from delivered
    group by contract_table, source_system

),

set_aside as (

    select
        contract_table,
        source_system,
        sum(case when state = 'rejected' then 1 else 0 end) as rows_rejected,
        sum(case when state = 'superseded' then 1 else 0 end) as rows_superseded,
        sum(case when state = 'not_yet_known' then 1 else 0 end) as rows_of_later
    from {{ ref('set_aside_rows') }}
    group by contract_table, source_system

),

reconciled as (

    select
        counted.contract_table,
        counted.source_system,
        cast(counted.rows_in as {{ dbt.type_bigint() }}) as rows_in,
        cast(counted.rows_kept as {{ dbt.type_bigint() }}) as rows_kept,
        cast(coalesce(set_aside.rows_rejected, 0) as {{ dbt.type_bigint() }}) as rows_rejected,
        cast(coalesce(set_aside.rows_superseded, 0) as {{ dbt.type_bigint() }}) as rows_superseded,
        cast(counted.rows_unknown + coalesce(set_aside.rows_of_later, 0) as {{ dbt.type_bigint() }})
            as rows_not_yet_known
    from counted
    left join set_aside
        on counted.contract_table = set_aside.contract_table
        and counted.source_system = set_aside.source_system

)

select * from reconciled
