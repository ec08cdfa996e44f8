"""Whoever was erased is forgotten again when a source sends them once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import identifier, literal, relation
from orchestration.privacy.classification import PERSON_EMAIL, PERSON_ID, personal_columns
from orchestration.privacy.erasing import BLANKED, GONE
from orchestration.privacy.person import by_table
from orchestration.privacy.register import Register, read_register

if TYPE_CHECKING:
    import duckdb

ADDRESSES = r"[\w.+-]+@[\w.-]+\w"
KEYS = r"[A-Za-z0-9_-]{12,}"


def forget_again(connection: duckdb.DuckDBPyConnection, project: Path, home: Path) -> int:
    """Take erased persons out of the raw rows of loads that weren't looked through; rows changed.

    Known by the hashes of keys and addresses alone: a name in somebody else's text isn't found. A
    load is looked through once for each state of the register, whatever became of its run.
    """
    register = read_register(home)
    if not register.hashes:
        return 0
    connection.execute("create schema if not exists ops")
    connection.execute(
        "create table if not exists ops.loads_without_the_erased (load_id varchar, erasures bigint)"
    )
    done = (
        "_load_id not in (select load_id from ops.loads_without_the_erased "
        f"where erasures = {len(register.erasures)})"
    )
    changed = 0
    for place, kinds in by_table(connection, personal_columns(project)).items():
        if place[0].startswith("raw_"):
            changed += _forget(connection, place, kinds, register, done)
    for schema, table in _rejected(connection):
        changed += _forget_lines(connection, schema, table, register, done)
    connection.execute(
        "insert into ops.loads_without_the_erased select load_id, ? from landing._loads",
        [len(register.erasures)],
    )
    return changed


def _forget(
    connection: duckdb.DuckDBPyConnection,
    place: tuple[str, str],
    kinds: dict[str, list[str]],
    register: Register,
    done: str,
) -> int:
    keys, addresses = kinds.get(PERSON_ID, []), kinds.get(PERSON_EMAIL, [])
    own = " or ".join(_is_erased(column, register) for column in [*keys, *addresses])
    if not own:
        return 0
    assignments = [
        f"{identifier(column)} = case when {_is_erased(column, register)} then "
        f"'erased-' || left(sha256({literal(register.salt)} || {identifier(column)}), 20) "
        f"else {identifier(column)} end"
        for column in keys
    ]
    assignments += [
        f"{identifier(column)} = null" for blanked in BLANKED for column in kinds.get(blanked, [])
    ]
    row = connection.execute(
        f"update {relation(*place)} set {', '.join(assignments)} where ({own}) and {done}"
    ).fetchone()
    return int(row[0]) if row else 0


def _forget_lines(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, register: Register, done: str
) -> int:
    parts = [
        f"list_has_any(list_transform(regexp_extract_all(raw_text, {literal(pattern)}), "
        f"lambda found: {_hash('found', register)}), {_hashes(register)})"
        for pattern in (ADDRESSES, KEYS)
    ]
    row = connection.execute(
        f"update {relation(schema, table)} set raw_text = {literal(GONE)} "
        f"where ({' or '.join(parts)}) and {done}"
    ).fetchone()
    return int(row[0]) if row else 0


def _is_erased(column: str, register: Register) -> str:
    return f"list_contains({_hashes(register)}, {_hash(identifier(column), register)})"


def _hash(expression: str, register: Register) -> str:
    return f"sha256({literal(register.salt)} || lower(trim({expression})))"


def _hashes(register: Register) -> str:
    return "[" + ", ".join(literal(one) for one in register.hashes) + "]"


def _rejected(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database() and starts_with(schema_name, 'raw_') "
        "and ends_with(table_name, '__rejected') order by all"
    ).fetchall()
