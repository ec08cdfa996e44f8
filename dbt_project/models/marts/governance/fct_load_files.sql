with

file_manifest as (
    select * from {{ source('landing', '_file_manifest') }}
),

-- The newest word on each file that was read; when it was read is left out, so that replays agree.
ranked_files as (
    select
        file_manifest.*,
        row_number() over (
            partition by source_system, table_name, source_file
            order by loaded_at desc, load_id desc
        ) as newest_number
    from file_manifest
    where status <> 'unchanged'
)

select
    cast(source_system as {{ dbt.type_string() }}) as source_system,
    cast(table_name as {{ dbt.type_string() }}) as table_name,
    cast(source_file as {{ dbt.type_string() }}) as source_file,
    cast(content_hash as {{ dbt.type_string() }}) as content_hash,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(message as {{ dbt.type_string() }}) as message,
    cast(unknown_columns as {{ dbt.type_string() }}) as unknown_columns,
    cast(missing_columns as {{ dbt.type_string() }}) as missing_columns,
    cast(bytes as {{ dbt.type_bigint() }}) as file_bytes,
    cast(physical_lines as {{ dbt.type_bigint() }}) as physical_lines,
    cast(header_lines as {{ dbt.type_bigint() }}) as header_lines,
    cast(blank_lines as {{ dbt.type_bigint() }}) as blank_lines,
    cast(lines_landed as {{ dbt.type_bigint() }}) as lines_landed,
    cast(lines_rejected as {{ dbt.type_bigint() }}) as lines_rejected,
    cast(rows_in as {{ dbt.type_bigint() }}) as rows_in,
    cast(rows_landed as {{ dbt.type_bigint() }}) as rows_landed,
    cast(rows_rejected as {{ dbt.type_bigint() }}) as rows_rejected
from ranked_files
where newest_number = 1
