"""Readers get no address of anybody, and an erased contact is nowhere in the home any more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from orchestration.publication.versions import current_version
from tests.end_to_end.commands import csops, published_marts
from tests.end_to_end.conftest import FinishedRun

ADDRESS = r"[\w.+-]+@[\w-]+\.\w"


def texts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Every text column of every stored table, as schema.table and column."""
    return connection.execute(
        "select c.schema_name || '.' || c.table_name, c.column_name from duckdb_columns() as c "
        "inner join duckdb_tables() as t using (database_name, schema_name, table_name) "
        "where c.database_name = current_database() and c.data_type = 'VARCHAR'"
    ).fetchall()


def test_no_published_table_holds_an_address(sample_home: Path) -> None:
    """The sample's private build has thousands, one of them in a line that can't be read."""
    current = sample_home / "published" / "current.duckdb"
    with duckdb.connect(str(current), read_only=True) as connection:
        columns = texts(connection)
        found = [
            (table, column)
            for table, column in columns
            if connection.execute(
                f"select 1 from {table} where regexp_matches({column}, ?) limit 1", [ADDRESS]
            ).fetchone()
        ]
    assert len(columns) > 100
    assert found == []


def test_an_erased_contact_is_nowhere_in_the_home_and_no_number_has_changed(
    finished: FinishedRun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(finished.home, home, symlinks=True)
    private = home / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(private)) as connection:
        row = connection.execute(
            "select c.contact_id, c.email, c.full_name from conformed.crm_contacts as c "
            "inner join conformed.cs_surveys as s using (contact_id) where s.score is not null "
            "group by all order by count(*) desc, c.contact_id limit 1"
        ).fetchone()
        assert row is not None
        key, address, name = row
        # a CSM's words about them, in a mart that is published, and in a report beside it
        connection.execute(f"update marts.dim_accounts set industry = 'Met {name} ({key})'")
    version = current_version(home / "published")
    (home / "logs" / "note.csv").write_text(f"{address},{key},kept\n", encoding="utf-8")

    looked = csops(home, finished.sources, "erase-contact", address, "--dry-run")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "conformed.cs_surveys" in looked.stdout
    assert csops(home, finished.sources, "erase-contact", address, "--yes").returncode == 2
    done = csops(
        home, finished.sources, "erase-contact", address.upper(),
        "--approved-by", "Data Protection", "--reason", "request 12", "--yes",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

    with duckdb.connect(str(private), read_only=True) as connection:
        left = [
            (table, column)
            for table, column in texts(connection)
            for one in (key, address, name)
            if connection.execute(
                f'select 1 from {table} where contains(lower("{column}"), lower(?)) limit 1', [one]
            ).fetchone()
        ]
        people = connection.execute(
            "select count(*), count(distinct contact_id) from conformed.crm_contacts"
        ).fetchone()
    with duckdb.connect(
        str(finished.home / "warehouse" / "warehouse.duckdb"), read_only=True
    ) as connection:
        before = connection.execute(
            "select count(*), count(distinct contact_id) from conformed.crm_contacts"
        ).fetchone()
    assert left == []
    assert people == before
    for file in home.rglob("*"):
        if file.is_file() and file.suffix not in {".duckdb", ".parquet"}:
            content = file.read_bytes().lower()
            assert address.lower().encode() not in content, file
            assert key.lower().encode() not in content, file
    assert (home / "logs" / "note.csv").read_text(encoding="utf-8").endswith(",kept\n")
    assert published_marts(home) == finished.marts
    assert current_version(home / "published") == version
    report = json.loads(next((home / "privacy").glob("erasure_*.json")).read_text())
    assert report["changed_rows"]["private_build"]["conformed.crm_contacts"] == 1
    again = csops(home, finished.sources, "erase-contact", address, "--dry-run")
    assert again.returncode == 2
    assert "nobody here" in again.stderr
