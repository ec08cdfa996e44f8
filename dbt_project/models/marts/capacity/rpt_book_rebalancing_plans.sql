{%- set columns = [
    'pool_id', 'status', 'status_text', 'books', 'accounts', 'books_over_before', 'moves',
    'fewest_possible_moves', 'gap', 'as_of_date',
] -%}

with

plans as (
    {{ recorded_rows(source('book_rebalancing', 'plans'), columns) }}
)

select
    cast(pool_id as {{ dbt.type_string() }}) as pool_id,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(status_text as {{ dbt.type_string() }}) as status_text,
    cast(books as {{ dbt.type_int() }}) as books,
    cast(accounts as {{ dbt.type_int() }}) as accounts,
    cast(books_over_before as {{ dbt.type_int() }}) as books_over_before,
    cast(moves as {{ dbt.type_int() }}) as moves,
    cast(fewest_possible_moves as {{ dbt.type_int() }}) as fewest_possible_moves,
    cast(gap as decimal(9, 6)) as gap,
    cast(as_of_date as date) as as_of_date
from plans
where cast(as_of_date as date) = {{ as_of_day() }}
