"""The Superset datasets ask PostgreSQL for the same as the DuckDB file, in words that both know."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from orchestration.serving.postgres import serve
from orchestration.settings import Settings
from tests.support.empty_marts import empty_marts
from tests.support.published_home import AS_OF, publish_tables
from tests.support.superset_files import columns_of, files, marts_of, metrics_of, source

TYPES = {"text": "VARCHAR", "varchar": "VARCHAR", "int4": "INTEGER", "int8": "BIGINT",
         "float8": "DOUBLE PRECISION", "bool": "BOOLEAN", "date": "DATE"}  # fmt: skip


def filled(query: str) -> str:
    """The query with one row that has a value of its type in each column."""
    values = {"string": "'x'", "boolean": "true", "date": "date '2026-06-01'"}
    row = re.sub(
        r"cast\(null as (\w+)",
        lambda found: f"cast({values.get(found[1], '1')} as {found[1]}",
        query,
    )
    return row.replace("where false", "")


@pytest.fixture(scope="module")
def reader(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection]:
    """A connection that may only read, to the marts of the datasets with one row each."""
    home = tmp_path_factory.mktemp("superset")
    used = {mart for dataset in files("datasets").values() for mart in marts_of(dataset)}
    tables = {name: filled(query) for name, query in empty_marts().items()}
    publish_tables(home, {name: tables[name] for name in used})
    serve(Settings(home=home, sources_file=home / "sources.yml", as_of=AS_OF), postgres_server)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("set role csops_reader")
        yield connection
        connection.execute("reset role")
        connection.execute("drop schema marts cascade")


@pytest.mark.parametrize("name", files("datasets"))
def test_a_dataset_answers_on_postgresql(reader: psycopg.Connection, name: str) -> None:
    dataset = files("datasets")[name]
    found = reader.execute(f"select * from {source(dataset)}")
    types = {column.name: column.type_display for column in found.description or []}
    for column, declared in columns_of(dataset).items():
        kind = types[column]
        assert TYPES.get(kind, kind.upper().replace("NUMERIC", "DECIMAL")) == declared["type"]
    expressions = [metric["expression"] for metric in dataset["metrics"]]
    reader.execute(f"select {', '.join(expressions)} from {source(dataset)}").fetchone()


def test_a_month_is_the_same_text_and_a_ratio_of_counts_is_no_whole_number(
    reader: psycopg.Connection,
) -> None:
    retention = files("datasets")["retention"]
    retention = retention | {"sql": retention["sql"].replace("where cohort.is_month_complete", "")}
    kept = metrics_of(retention)["logo_retention"]["expression"]
    row = reader.execute(
        f"select month, {kept}, pg_typeof({kept})::text from {source(retention)} group by month"
    ).fetchone()
    assert row == ("2026-06", 1.0, "double precision")
