"""The mechanical half of gate and audit: one suite per contract table or mart, from its twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expectations.catalogue import Table
from expectations.suites import Expectation, Suite

OWNER = "Data Platform"
FRACTIONS = ("double", "float", "real")
DUCKDB_TYPES = {"string": "VARCHAR", "int": "INTEGER"}
REMEDY = "Mend the adapter or its staging model: the contract holds for every source."


def structural_suite(table: Table) -> Suite:
    """Shape, primary key, required columns and the as-of day of one contract table."""
    return Suite(
        name=f"contract_{table.name.partition('.')[2]}",
        layer="conformed",
        table=table.name,
        owner=OWNER,
        description=f"{table.name} is what its contract says.",
        expectations=tuple(_expectations(table)),
        key=table.primary_key,
    )


def mart_suite(table: Table) -> Suite:
    """Shape and primary key of one mart, and that its fractions are numbers."""
    return Suite(
        name=f"mart_{table.name.partition('.')[2]}",
        layer="marts",
        table=table.name,
        owner=OWNER,
        description=f"{table.name} keeps its promises.",
        expectations=tuple(_mart_expectations(table)),
        key=table.primary_key,
    )


def _expectations(table: Table) -> Iterator[Expectation]:
    yield _shape(table)
    yield _primary_key(table)
    yield _present(table, dict.fromkeys((*table.primary_key, *table.required)))
    if table.known_at or table.masked:
        yield Expectation(
            name="nothing_is_known_before_its_day",
            type="unexpected_rows_expectation",
            kwargs={"unexpected_rows_query": _unknown_query(table)},
            rule_id="known_by_as_of",
            severity="block",
            dimension="timeliness",
            description="The future leaks in: a replay of the as-of day would give other numbers.",
            remedy="Let the conformed model keep only what was known by the end of the as-of day.",
        )


def _mart_expectations(table: Table) -> Iterator[Expectation]:
    yield _shape(table)
    if table.primary_key:
        yield _primary_key(table)
        yield _present(table, table.primary_key)
    fractions = [name for name, kind in table.columns.items() if kind.lower() in FRACTIONS]
    if fractions:
        yield Expectation(
            name="every_fraction_is_a_number",
            type="unexpected_rows_expectation",
            kwargs={"unexpected_rows_query": _not_a_number_query(table, fractions)},
            rule_id="not_a_number",
            severity="block",
            dimension="validity",
            description="Infinity or not-a-number: something was divided by nothing.",
            remedy="Divide through the ratio macro.",
        )


def _shape(table: Table) -> Expectation:
    return Expectation(
        name="columns_and_types_are_those_of_the_contract",
        type="unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": _shape_query(table)},
        rule_id="contract_shape",
        severity="block",
        dimension="validity",
        description="A column of the contract is missing or has another type.",
        remedy=REMEDY,
    )


def _present(table: Table, columns: Iterable[str]) -> Expectation:
    return Expectation(
        name="required_columns_are_filled",
        type="unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": _missing_query(table, columns)},
        rule_id="required_column",
        severity="block",
        dimension="completeness",
        description="A row without one of its required columns can't be used.",
        remedy=REMEDY,
    )


def _primary_key(table: Table) -> Expectation:
    single = len(table.primary_key) == 1
    return Expectation(
        name="primary_key_is_unique",
        type="expect_column_values_to_be_unique"
        if single
        else "expect_compound_columns_to_be_unique",
        kwargs={"column": table.primary_key[0]}
        if single
        else {"column_list": list(table.primary_key)},
        rule_id="primary_key",
        severity="block",
        dimension="uniqueness",
        description=f"Two rows share the key {', '.join(table.primary_key)}; totals would double.",
        remedy=REMEDY,
    )


def _shape_query(table: Table) -> str:
    # Asked of the table itself: information_schema lists every column of the warehouse each time.
    declared = ", ".join(
        f"('{column}', '{_duckdb_type(data_type)}')" for column, data_type in table.columns.items()
    )
    return f"""
        select declared.column_name as record_id, actual.type
        from (values {declared}) as declared (column_name, data_type)
        left join pragma_table_info('{table.name}') as actual on declared.column_name = actual.name
        where actual.type is distinct from declared.data_type
        order by record_id
    """


def _not_a_number_query(table: Table, fractions: Iterable[str]) -> str:
    broken = " or ".join(f"not isfinite({column})" for column in fractions)
    return f"select {_record(table)} as record_id from {{batch}} where {broken}"


def _record(table: Table) -> str:
    """An SQL expression that names a row by its key, the parts joined by a bar."""
    parts = ", '|', ".join(f"cast({column} as varchar)" for column in table.primary_key)
    return f"concat({parts or repr('row')})"


def _missing_query(table: Table, columns: Iterable[str]) -> str:
    names = ", ".join(f"case when {column} is null then '{column}' end" for column in columns)
    missing = " or ".join(f"{column} is null" for column in columns)
    return (
        f"select {_record(table)} || ': ' || concat_ws(', ', {names}) as record_id "
        f"from {{batch}} where {missing}"
    )


def _unknown_query(table: Table) -> str:
    moments = [f"cast({name} as timestamp)" for name in table.known_at if name in table.columns]
    later = [f"{name} >= timestamp '{{day_after_as_of}}'" for name in table.masked]
    if moments:
        later.append(f"least({', '.join(moments)}) >= timestamp '{{day_after_as_of}}'")
    return f"select {_record(table)} as record_id from {{batch}} where {' or '.join(later)}"


def _duckdb_type(data_type: str) -> str:
    written = data_type.upper().replace(" ", "")
    return DUCKDB_TYPES.get(data_type, written)
