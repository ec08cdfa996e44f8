"""The published marts as a schema of a PostgreSQL server, shown to its readers by one switch.

A version is loaded into `<schema>_next` while readers go on with `<schema>`; then both are renamed
in one transaction. A statement sees the marts of before or of after, never an error.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import path_literal, relation
from orchestration.publication.build_state import MARTS
from orchestration.publication.fingerprints import tables
from orchestration.publication.versions import (
    WAREHOUSE_FILE,
    current_version,
    read_manifest,
    versions_folder,
)
from orchestration.serving.mart_docs import MartDocs, mart_docs
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import psycopg

VERSION_TABLE = "published_version"
LOCK_TIMEOUT = "10s"
TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,55}")


class ServingError(RuntimeError):
    """The marts can't be served there; the message says why and what to do, without a password."""


@dataclass(frozen=True)
class Served:
    """What was served: the version, whether it is new there, marts, rows and seconds."""

    version: str
    is_new: bool
    marts: int
    rows: int
    seconds: float


def serve(
    settings: Settings,
    server: str,
    schema: str = MARTS,
    reader: str = "csops_reader",
    again: bool = False,
    tell: Callable[[str, int], None] = lambda mart, rows: None,
) -> Served:
    """Copy the current published version to the server behind the URL or conninfo `server`.

    `reader` is made where it isn't there, may read the schema and nothing else. Does nothing when
    the schema has this version already, unless `again`. Raises ServingError.
    """
    import duckdb
    import psycopg

    started = time.monotonic()
    for name in (schema, reader):
        if not _NAME.fullmatch(name):
            raise ServingError(f"{name!r} can't be a name here: lower-case letters, digits and _")
    version = current_version(settings.published)
    if version is None:
        raise ServingError("nothing has been published here yet; run `csops run` first")
    file = versions_folder(settings.published) / version / WAREHOUSE_FILE
    try:
        with (
            psycopg.connect(server, autocommit=True, application_name="csops publish") as postgres,
            duckdb.connect(str(file), read_only=True) as published,
        ):
            postgres.execute("select pg_advisory_lock(hashtext(%s))", [f"csops {schema}"])
            if not again and _served_version(postgres, schema) == version:
                return Served(version, False, 0, 0, time.monotonic() - started)
            _refuse_dependents(postgres, schema)
            manifest = read_manifest(settings.published, version)
            rows = _load(published, postgres, schema, mart_docs(settings.project), tell)
            _note_version(postgres, schema, version, manifest.as_of_date.isoformat())
            _grant(postgres, schema, reader)
            _switch(postgres, schema)
            return Served(version, True, len(rows), sum(rows.values()), time.monotonic() - started)
    except psycopg.OperationalError as error:
        raise ServingError(
            f"PostgreSQL can't be reached or gave up: {_without_secret(error)}"
        ) from None
    except psycopg.Error as error:
        raise ServingError(f"PostgreSQL refused: {_without_secret(error)}") from error


def postgres_type(mart: str, column: str, data_type: str) -> str:
    """The PostgreSQL type for a DuckDB type; raises ServingError that names mart and column."""
    if data_type in TYPES:
        return TYPES[data_type]
    found = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", data_type)
    if found:
        return f"numeric({found[1]}, {found[2]})"
    raise ServingError(f"{mart}.{column} has type {data_type}, which has no counterpart here")


def _load(
    published: duckdb.DuckDBPyConnection,
    postgres: psycopg.Connection,
    schema: str,
    docs: Mapping[str, MartDocs],
    tell: Callable[[str, int], None],
) -> dict[str, int]:
    """Every mart into `<schema>_next`: types, rows, primary key, comments; rows by mart."""
    following = f"{schema}_next"
    postgres.execute(f'drop schema if exists "{following}" cascade')
    postgres.execute(f'create schema "{following}"')
    published.execute("set timezone = 'UTC'")
    loaded: dict[str, int] = {}
    for mart in tables(published, MARTS):
        place = relation(following, mart)
        about = docs.get(mart, MartDocs())
        columns = published.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = ? "
            "and table_name = ? and database_name = current_database() order by column_index",
            [MARTS, mart],
        ).fetchall()
        body = ", ".join(f'"{name}" {postgres_type(mart, name, kind)}' for name, kind in columns)
        postgres.execute(f"create table {place} ({body})")
        loaded[mart] = _copy(published, postgres, mart, place)
        if about.primary_key:
            keys = ", ".join(f'"{column}"' for column in about.primary_key)
            postgres.execute(f"alter table {place} add primary key ({keys})")
        _comment(postgres, place, about, [name for name, _ in columns])
        postgres.execute(f"analyze {place}")
        tell(mart, loaded[mart])
    return loaded


def _copy(
    published: duckdb.DuckDBPyConnection, postgres: psycopg.Connection, mart: str, place: str
) -> int:
    """The rows of one mart through a CSV file; an empty text is quoted, nothing is nothing."""
    with tempfile.TemporaryDirectory(prefix="csops_publish_") as folder:
        file = Path(folder) / "rows.csv"
        row = published.execute(
            f"copy (from {relation(MARTS, mart)}) to {path_literal(file)} "
            "(format csv, header false, nullstr '', force_quote *)"
        ).fetchone()
        rows = int(row[0]) if row else 0
        with (
            file.open("rb") as lines,
            postgres.cursor() as cursor,
            cursor.copy(f"copy {place} from stdin (format csv, null '')") as copying,
        ):
            while block := lines.read(1 << 20):
                copying.write(block)
        found = postgres.execute(f"select count(*) from {place}").fetchone()
        if found is None or found[0] != rows:
            raise ServingError(
                f"{mart}: {found} rows arrived of {rows}; readers keep what they had"
            )
    return rows


def _comment(postgres: psycopg.Connection, place: str, about: MartDocs, columns: list[str]) -> None:
    from psycopg import sql

    def say(what: str, text: str) -> None:
        if text:
            command = sql.SQL(f"comment on {what} is ").format() + sql.Literal(text)
            postgres.execute(command)

    say(f"table {place}", about.description)
    for column in columns:
        say(f'column {place}."{column}"', about.columns.get(column, ""))


def _note_version(postgres: psycopg.Connection, schema: str, version: str, as_of: str) -> None:
    place = relation(f"{schema}_next", VERSION_TABLE)
    postgres.execute(
        f"create table {place} (version text primary key, as_of_date date, served_at timestamptz)"
    )
    postgres.execute(f"insert into {place} values (%s, %s, now())", [version, as_of])
    postgres.execute(
        f"comment on table {place} is 'The one published version that this schema has.'"
    )


def _grant(postgres: psycopg.Connection, schema: str, reader: str) -> None:
    known = postgres.execute("select 1 from pg_roles where rolname = %s", [reader]).fetchone()
    if not known:
        postgres.execute(f'create role "{reader}" nologin')
    postgres.execute(f'grant usage on schema "{schema}_next" to "{reader}"')
    postgres.execute(f'grant select on all tables in schema "{schema}_next" to "{reader}"')


def _switch(postgres: psycopg.Connection, schema: str) -> None:
    """Show the new schema; what a long reader still holds of the old one goes next time."""
    import psycopg

    old = f"{schema}_old"
    _drop(postgres, old)
    with postgres.transaction():
        postgres.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        if _has_schema(postgres, schema):
            spare = old if not _has_schema(postgres, old) else f"{old}_{int(time.time())}"
            postgres.execute(f'alter schema "{schema}" rename to "{spare}"')
        postgres.execute(f'alter schema "{schema}_next" rename to "{schema}"')
    with suppress(psycopg.errors.LockNotAvailable):
        _drop(postgres, old)


def _drop(postgres: psycopg.Connection, old: str) -> None:
    import psycopg

    names = postgres.execute(
        "select nspname from pg_namespace where nspname = %s or nspname like %s",
        [old, f"{old}\\_%"],
    ).fetchall()
    for (name,) in names:
        with suppress(psycopg.errors.LockNotAvailable), postgres.transaction():
            postgres.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
            postgres.execute(f'drop schema "{name}" cascade')


def _has_schema(postgres: psycopg.Connection, schema: str) -> bool:
    found = postgres.execute("select 1 from pg_namespace where nspname = %s", [schema]).fetchone()
    return found is not None


def _served_version(postgres: psycopg.Connection, schema: str) -> str | None:
    place = relation(schema, VERSION_TABLE)
    there = postgres.execute("select to_regclass(%s) is not null", [place]).fetchone()
    if not there or not there[0]:
        if _has_schema(postgres, schema):
            raise ServingError(
                f"the server has a schema {schema} that `csops publish` didn't make; nothing was "
                "changed. Give another name with --schema, or drop it yourself"
            )
        return None
    row = postgres.execute(f"select version from {place}").fetchone()
    return str(row[0]) if row else None


def _refuse_dependents(postgres: psycopg.Connection, schema: str) -> None:
    """A view outside that reads the schema would go on with the old tables, and then vanish."""
    found = postgres.execute(
        """
        select distinct v_space.nspname || '.' || v.relname, t.relname
        from pg_depend as d
        inner join pg_rewrite as r on d.objid = r.oid
        inner join pg_class as v on r.ev_class = v.oid
        inner join pg_namespace as v_space on v.relnamespace = v_space.oid
        inner join pg_class as t on d.refobjid = t.oid
        inner join pg_namespace as t_space on t.relnamespace = t_space.oid
        where t_space.nspname = %s and v_space.nspname <> %s order by 1, 2
        """,
        [schema, schema],
    ).fetchall()
    if found:
        views = ", ".join(f"{view} (reads {table})" for view, table in found)
        raise ServingError(
            f"views of your own read the schema {schema}: {views}. A new version is another "
            "schema, so they would keep the old rows. Drop them, publish, and make them again; "
            "nothing was changed"
        )


def _without_secret(error: Exception) -> str:
    return re.sub(r"://[^@\s]*@", "://…@", str(error)).strip()
