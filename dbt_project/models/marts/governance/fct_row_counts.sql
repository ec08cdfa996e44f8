with

row_counts as (
    select * from {{ ref('row_counts') }}
)

select
    contract_table,
    source_system,
    rows_in,
    rows_kept,
    rows_rejected,
    rows_superseded,
    rows_not_yet_known
from row_counts
