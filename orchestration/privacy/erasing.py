"""A person is taken out of every table of a DuckDB file; the rows, and so the numbers, stay."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import identifier, literal, relation
from orchestration.privacy.classification import (
    PERSON_DETAIL,
    PERSON_EMAIL,
    PERSON_ID,
    PERSON_NAME,
    PERSON_TEXT,
    PersonalColumn,
)
from orchestration.privacy.person import Person, Place, by_table, own_record, owns

if TYPE_CHECKING:
    import duckdb

GONE = "(erased)"
BLANKED = (PERSON_EMAIL, PERSON_NAME, PERSON_DETAIL, PERSON_TEXT)
SHORTEST_NAME = 6


@dataclass(frozen=True)
class Change:
    """What erasing does to one column: the new value, and the condition under which it changes."""

    column: str
    value: str
    condition: str


def pseudonym(salt: str, key: str) -> str:
    """What stands for an erased key from now on: the same wherever and whenever it comes."""
    return "erased-" + hashlib.sha256(f"{salt}{key}".encode()).hexdigest()[:20]


def tokens(person: Person) -> list[str]:
    """The texts that tell of the person wherever they stand: long keys, addresses, full names."""
    names = [name for name in person.names if " " in name and len(name) >= SHORTEST_NAME]
    return sorted({*person.distinctive_keys, *person.emails, *names})


def erase_in_database(
    connection: duckdb.DuckDBPyConnection,
    columns: Iterable[PersonalColumn],
    person: Person,
    salt: str,
) -> dict[str, int]:
    """Take the person out of every table of the connection's own database; changed rows by table.

    Keys become pseudonyms, so that counts stay as they were. Addresses, names, titles and texts of
    the person's own records become null, and mentions of them in any other text `(erased)`.
    """
    changed: dict[str, int] = {}
    for place, changes in _all_changes(connection, columns, person, salt):
        where = " or ".join(change.condition for change in changes)
        rows = _count(connection, place, where)
        if not rows:
            continue
        assignments = ", ".join(
            f"{identifier(change.column)} = case when {change.condition} then {change.value} "
            f"else {identifier(change.column)} end"
            for change in changes
        )
        connection.execute(f"update {relation(*place)} set {assignments} where {where}")
        changed[".".join(place)] = rows
    return changed


def mentions(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[PersonalColumn], person: Person
) -> dict[str, int]:
    """Rows by table of the connection's own database that still tell of the person."""
    found: dict[str, int] = {}
    for place, changes in _all_changes(connection, columns, person, ""):
        where = " or ".join(change.condition for change in changes)
        rows = _count(connection, place, where)
        if rows:
            found[".".join(place)] = rows
    return found


def _count(connection: duckdb.DuckDBPyConnection, place: Place, where: str) -> int:
    row = connection.execute(f"select count(*) from {relation(*place)} where {where}").fetchone()
    return int(row[0]) if row else 0


def without(text: str, person: Person, salt: str) -> str:
    """A text without the person: long keys as pseudonyms, addresses and names `(erased)`."""
    for token in sorted(tokens(person), key=len, reverse=True):
        gone = pseudonym(salt, token) if token in person.distinctive_keys else GONE
        text = re.sub(_pattern(token), rf"\g<1>{gone}\g<2>", text)
    return text


def _all_changes(
    connection: duckdb.DuckDBPyConnection,
    columns: Iterable[PersonalColumn],
    person: Person,
    salt: str,
) -> list[tuple[Place, list[Change]]]:
    classified = by_table(connection, columns)
    found = []
    for place, names in _text_columns(connection).items():
        kinds = classified.get(place, {})
        changes = [
            change
            for column in names
            if (change := _change(place, column, kinds, person, salt)) is not None
        ]
        if changes:
            found.append((place, changes))
    return found


def _change(
    place: Place, column: str, kinds: Mapping[str, list[str]], person: Person, salt: str
) -> Change | None:
    name = identifier(column)
    for blanked in BLANKED:
        if column in kinds.get(blanked, []):
            own = f"({own_record(place, kinds, person)} and {name} is not null)"
            change = Change(column, "null", own)
            # another person may have the same name
            is_of_one = blanked in (PERSON_EMAIL, PERSON_NAME)
            return change if is_of_one else _with_mentions(change, person, salt)
    if column in kinds.get(PERSON_ID, []):
        return Change(column, _pseudonyms(column, person, salt), owns(column, place, person))
    if not kinds and column in person.key_columns and place[0] not in ("conformed", "raw_mapped"):
        keys = ", ".join(literal(key) for _, key in sorted(person.keys))
        return Change(column, _pseudonyms(column, person, salt), f"{name} in ({keys})")
    return _with_mentions(None, person, salt, column)


def _with_mentions(
    own: Change | None, person: Person, salt: str, column: str | None = None
) -> Change | None:
    """Beside the person's own records, whatever other text speaks of them."""
    name = identifier(column or (own.column if own else ""))
    found = tokens(person)
    if not found:
        return own
    parts = [
        f"(contains(lower({name}), {literal(token.lower())}) "
        f"and regexp_matches({name}, {literal(_pattern(token))}))"
        for token in found
    ]
    condition = "(" + " or ".join(parts) + ")"
    value = name
    for token in sorted(found, key=len, reverse=True):
        gone = pseudonym(salt, token) if token in person.distinctive_keys else GONE
        new = literal(rf"\1{gone}\2")
        value = f"regexp_replace({value}, {literal(_pattern(token))}, {new}, 'g')"
    if own is None:
        return Change(column or "", value, condition)
    return Change(
        own.column,
        f"case when {own.condition} then {own.value} else {value} end",
        f"({own.condition} or {condition})",
    )


def _pattern(token: str) -> str:
    """A regular expression for the token alone, not as a part of a longer word or address."""
    return rf"(?i)(^|[^\w.+-]){re.escape(token)}($|[^\w-])"


def _pseudonyms(column: str, person: Person, salt: str) -> str:
    keys = sorted({key for _, key in person.keys})
    cases = " ".join(f"when {literal(key)} then {literal(pseudonym(salt, key))}" for key in keys)
    return f"case {identifier(column)} {cases} else {identifier(column)} end" if keys else "null"


def _text_columns(connection: duckdb.DuckDBPyConnection) -> Mapping[Place, Sequence[str]]:
    rows = connection.execute(
        "select c.schema_name, c.table_name, list(c.column_name order by c.column_index) "
        "from duckdb_columns() as c "
        "inner join duckdb_tables() as t using (database_name, schema_name, table_name) "
        "where c.database_name = current_database() and c.data_type = 'VARCHAR' "
        "group by all order by all"
    ).fetchall()
    return {(schema, table): names for schema, table, names in rows}
