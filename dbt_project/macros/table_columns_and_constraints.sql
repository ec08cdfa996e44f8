{#- The columns of a contract with their types and not-null constraints, for `create table`.

    Primary keys stay in the contract and are proved by tests after the build; DuckDB would build an index for
    each one, in memory, which costs more than the table itself on millions of rows. -#}
{% macro table_columns_and_constraints() %}
    (
    {%- for column in adapter.render_raw_columns_constraints(raw_columns=model['columns']) %}
        {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
{% endmacro %}
