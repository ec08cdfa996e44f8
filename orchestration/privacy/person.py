"""Everything by which the warehouse knows one person: keys, e-mail addresses and names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import identifier, literal, relation
from orchestration.privacy.classification import (
    EMPLOYEE_EMAIL,
    PERSON_EMAIL,
    PERSON_ID,
    PERSON_NAME,
    PersonalColumn,
)

if TYPE_CHECKING:
    import duckdb

Place = tuple[str, str]
DISTINCTIVE_LENGTH = 12
"""Keys as long as this, letters among them, mean the same person in every system."""


class UnknownPersonError(LookupError):
    """Nobody here has that key or address."""


class EmployeeError(ValueError):
    """The address is that of a colleague, whom erasing a contact must not touch."""


@dataclass
class Person:
    """A person's keys (system, key), addresses (lower case), names, and where their records are.

    `key_columns` are the names under which contract tables have their keys.
    """

    keys: set[tuple[str, str]] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    key_columns: set[str] = field(default_factory=set)
    records: dict[str, int] = field(default_factory=dict)

    @property
    def distinctive_keys(self) -> list[str]:
        """The keys that no other record of any system can have by chance."""
        return sorted({key for _, key in self.keys if is_distinctive(key)})


def is_distinctive(key: str) -> bool:
    """Whether a key is long and mixed enough to be one person's in whatever column it stands."""
    return len(key) >= DISTINCTIVE_LENGTH and not key.isdigit()


def find_person(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[PersonalColumn], who: str
) -> Person:
    """The person whose key or e-mail address is `who`, over all tables that describe persons.

    One address in several systems is one person, and so is one key with several addresses. Raises
    UnknownPersonError, and EmployeeError where the address is on the roster.
    """
    classified = by_table(connection, columns)
    wanted = who.strip()
    _refuse_employee(connection, classified, wanted)
    describing = {place: kinds for place, kinds in classified.items() if PERSON_EMAIL in kinds}
    person = Person(emails={wanted.lower()})
    condition = "{key} = " + literal(wanted)
    while True:
        before = (len(person.keys), len(person.emails))
        for place, kinds in describing.items():
            _add_records(connection, place, kinds, person, condition)
        if (len(person.keys), len(person.emails)) == before:
            break
        condition = "{own}"
    if not person.records:
        raise UnknownPersonError(
            f"nobody here has the key or the e-mail address {wanted!r}. Give a contact's or user's "
            "key or address as a source has it; `csops query` shows crm_contacts only as published"
        )
    if "@" not in wanted:
        person.emails.discard(wanted.lower())
    _add_key_columns(connection, classified, person)
    return person


def by_table(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[PersonalColumn]
) -> dict[Place, dict[str, list[str]]]:
    """The classified columns that stored tables really have: (schema, table) -> class -> names."""
    stored = set(
        connection.execute(
            "select c.schema_name, c.table_name, c.column_name from duckdb_columns() as c "
            "inner join duckdb_tables() as t using (database_name, schema_name, table_name) "
            "where c.database_name = current_database()"
        ).fetchall()
    )
    found: dict[Place, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in columns:
        for table in (one.table, f"{one.table}__superseded"):
            if (one.schema, table, one.column) in stored:
                found[one.schema, table][one.privacy].append(one.column)
    return found


def owns(column: str, place: Place, person: Person) -> str:
    """An SQL condition: the key in `column` of that table is the person's."""
    key = identifier(column)
    parts = [f"{key} in {_list(person.distinctive_keys)}"]
    schema = place[0]
    for system in sorted({system for system, _ in person.keys}):
        short = sorted(value for of, value in person.keys if of == system)
        if schema == f"raw_{system}":
            parts.append(f"{key} in {_list(short)}")
        elif schema in ("conformed", "raw_mapped"):
            parts.append(f"(_source_system = {literal(system)} and {key} in {_list(short)})")
    return "(" + " or ".join(parts) + ")"


def own_record(place: Place, kinds: Mapping[str, list[str]], person: Person) -> str:
    """An SQL condition: the row is about the person, by key or by address."""
    parts = [owns(column, place, person) for column in kinds.get(PERSON_ID, [])]
    parts += [
        f"lower(trim({identifier(column)})) in {_list(sorted(person.emails))}"
        for column in kinds.get(PERSON_EMAIL, [])
    ]
    return "(" + " or ".join(parts or ["false"]) + ")"


def _add_records(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    kinds: Mapping[str, list[str]],
    person: Person,
    condition: str,
) -> None:
    schema = place[0]
    email = f"lower(trim({identifier(kinds[PERSON_EMAIL][0])}))"
    key = identifier(kinds[PERSON_ID][0]) if kinds.get(PERSON_ID) else "null::varchar"
    name = f"trim({identifier(kinds[PERSON_NAME][0])})" if kinds.get(PERSON_NAME) else "null"
    system = (
        "_source_system"
        if schema in ("conformed", "raw_mapped")
        else literal(schema.removeprefix("raw_"))
    )
    own = own_record(place, kinds, person)
    where = f"{own} or {condition.format(key=key, own=own)}"
    rows = connection.execute(
        f"select {system}, {key}, {email}, {name} from {relation(*place)} where {where}"
    ).fetchall()
    if rows:
        person.records[".".join(place)] = len(rows)
    for of, value, address, called in rows:
        person.keys |= {(of, value)} if value else set()
        person.emails |= {address} if address else set()
        person.names |= {called} if called else set()


def _add_key_columns(
    connection: duckdb.DuckDBPyConnection,
    classified: Mapping[Place, Mapping[str, list[str]]],
    person: Person,
) -> None:
    for place, kinds in classified.items():
        if place[0] != "conformed":
            continue
        for column in kinds.get(PERSON_ID, []):
            found = connection.execute(
                f"select 1 from {relation(*place)} where {owns(column, place, person)} limit 1"
            ).fetchone()
            if found:
                person.key_columns.add(column)


def _refuse_employee(
    connection: duckdb.DuckDBPyConnection,
    classified: Mapping[Place, Mapping[str, list[str]]],
    who: str,
) -> None:
    for place, kinds in classified.items():
        for column in kinds.get(EMPLOYEE_EMAIL, []):
            found = connection.execute(
                f"select 1 from {relation(*place)} where lower(trim({identifier(column)})) = ?",
                [who.lower()],
            ).fetchone()
            if found:
                raise EmployeeError(
                    f"{who} is a colleague's address in {'.'.join(place)}; erase-contact is for "
                    "the contacts and users of customers"
                )


def _list(values: Iterable[str]) -> str:
    """Values as an SQL list of literals; one that nothing equals where there are none."""
    found = [literal(value) for value in values]
    return "(" + ", ".join(found) + ")" if found else "(null)"
