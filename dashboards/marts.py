"""The published marts as the pages read them: read-only, cut off from files and the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]


class NothingPublishedError(RuntimeError):
    """There is no published version to make a site of."""


@dataclass(frozen=True)
class Marts:
    """One published version. `as_of` is the day that its tables tell of, `file` its database."""

    connection: duckdb.DuckDBPyConnection
    version: str
    as_of: date
    tables: frozenset[str]
    file: Path

    def has(self, *names: str) -> bool:
        """Whether all these marts are in this version: an older one may lack some."""
        return self.tables.issuperset(names)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The answer as rows by column name."""
        answer = self.connection.execute(sql, list(parameters))
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row:
        """The first row of the answer, or an empty one."""
        found = self.rows(sql, parameters)
        return found[0] if found else {}


@contextmanager
def published_marts(published: Path) -> Iterator[Marts]:
    """The version that readers get now. Raises NothingPublishedError before the first one."""
    from orchestration.publication.versions import (
        WAREHOUSE_FILE,
        current_version,
        read_manifest,
        versions_folder,
    )

    version = current_version(published)
    if version is None:
        raise NothingPublishedError(
            f"nothing is published in {published} yet; run `csops run` first"
        )
    # The version's own file, not the pointer: a publication meanwhile must not mix two days.
    file = versions_folder(published) / version / WAREHOUSE_FILE
    with marts_in(file, version, read_manifest(published, version).as_of_date) as marts:
        yield marts


@contextmanager
def marts_in(file: Path, version: str, as_of: date) -> Iterator[Marts]:
    """The marts of one version's own database."""
    import duckdb

    with duckdb.connect(
        str(file),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    ) as connection:
        found = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        yield Marts(connection, version, as_of, frozenset(name for (name,) in found), file)
