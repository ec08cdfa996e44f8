"""How far the current build has come, kept in the build itself: the only way to be published."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from orchestration.publication.fingerprints import combined, fingerprints

if TYPE_CHECKING:
    import duckdb

MARTS = "marts"
_KEPT_BUILDS = 100
_COLUMNS = (
    "build_id, as_of_date, started_at, conformed_at, gated_at, gate_passed, "
    "built_at, audited_at, audit_passed, fingerprint"
)


class BuildStateError(RuntimeError):
    """A step came out of order, or a publication was asked for that this build has not earned."""


@dataclass(frozen=True)
class BuildState:
    """One build. Times are UTC; a step that has not happened, or was undone, is None."""

    build_id: str
    as_of_date: date
    started_at: datetime
    conformed_at: datetime | None
    gated_at: datetime | None
    gate_passed: bool | None
    built_at: datetime | None
    audited_at: datetime | None
    audit_passed: bool | None
    fingerprint: str | None


def current_build(connection: duckdb.DuckDBPyConnection) -> BuildState | None:
    """The newest build of the warehouse, or None before the first one."""
    _prepare(connection)
    row = connection.execute(
        f"select {_COLUMNS} from ops.build_state order by started_at desc, build_id limit 1"
    ).fetchone()
    return BuildState(*row) if row else None


def start_build(connection: duckdb.DuckDBPyConnection, as_of: date) -> BuildState:
    """Begin a new build for a day: whatever an earlier build had earned counts no longer."""
    _prepare(connection)
    connection.execute(
        "insert into ops.build_state (build_id, as_of_date, started_at) values (?, ?, ?)",
        [uuid.uuid4().hex, as_of, _now()],
    )
    connection.execute(
        "delete from ops.build_state where build_id not in "
        "(select build_id from ops.build_state order by started_at desc limit ?)",
        [_KEPT_BUILDS],
    )
    return _required(connection, as_of)


def record_conformed(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The conformed tables are complete; gate, build and audit have to come again."""
    _update(
        connection, as_of, conformed_at=_now(), gated_at=None, gate_passed=None, **_nothing_built()
    )


def record_gate(connection: duckdb.DuckDBPyConnection, as_of: date, passed: bool) -> None:
    """The gate has judged the conformed tables of this build."""
    state = _required(connection, as_of)
    if state.conformed_at is None:
        raise BuildStateError(
            "the gate cannot judge this build: its conformed tables are not complete. "
            "Run the whole `main` job"
        )
    _update(connection, as_of, gated_at=_now(), gate_passed=passed, **_nothing_built())


def void_marts(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The marts are about to change: what the audit said about them counts no longer."""
    _required(connection, as_of)
    _update(connection, as_of, **_nothing_built())


def record_built(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The marts of this build are complete."""
    _update(connection, as_of, **(_nothing_built() | {"built_at": _now()}))


def record_audit(connection: duckdb.DuckDBPyConnection, as_of: date, passed: bool) -> None:
    """The audit has judged the marts; a pass stores the token: a fingerprint of every mart."""
    state = _required(connection, as_of)
    if state.built_at is None:
        raise BuildStateError(
            "the audit cannot judge this build: its marts are not complete. "
            "Run the whole `main` job"
        )
    token = combined(fingerprints(connection, MARTS)) if passed else None
    _update(connection, as_of, audited_at=_now(), audit_passed=passed, fingerprint=token)


def publishable_build(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> BuildState:
    """The current build, if it has passed gate and audit and its marts are those that did.

    `fingerprint` is that of the marts as they are now. Raises BuildStateError that says what lacks.
    """
    state = current_build(connection)
    if state is None:
        raise BuildStateError("nothing has been built here yet. Run the whole `main` job")
    lacks = {
        "its conformed tables are not complete": state.conformed_at is None,
        "the gate has not judged it": state.gated_at is None,
        "the gate stopped it": state.gate_passed is False,
        "its marts are not complete": state.built_at is None,
        "the audit has not judged it": state.audited_at is None or state.audit_passed is None,
        "the audit stopped it": state.audit_passed is False,
        "its marts are not the ones that were audited": state.fingerprint != fingerprint,
    }
    reasons = [reason for reason, holds in lacks.items() if holds]
    if reasons:
        raise BuildStateError(
            f"build {state.build_id[:8]} for {state.as_of_date} is not published: {reasons[0]}. "
            "Run the whole `main` job"
        )
    return state


def _required(connection: duckdb.DuckDBPyConnection, as_of: date) -> BuildState:
    state = current_build(connection)
    if state is None:
        raise BuildStateError("nothing has been conformed here yet. Run the whole `main` job")
    if state.as_of_date != as_of:
        raise BuildStateError(
            f"the current build is for {state.as_of_date}, not for {as_of}. "
            "Run the whole `main` job for the day you want"
        )
    return state


def _nothing_built() -> dict[str, object]:
    return {"built_at": None, "audited_at": None, "audit_passed": None, "fingerprint": None}


def _update(connection: duckdb.DuckDBPyConnection, as_of: date, **values: object) -> None:
    state = _required(connection, as_of)
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"update ops.build_state set {assignments} where build_id = ?",
        [*values.values(), state.build_id],
    )


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists ops")
    connection.execute(
        "create table if not exists ops.build_state (build_id varchar, as_of_date date, "
        "started_at timestamp, conformed_at timestamp, gated_at timestamp, gate_passed boolean, "
        "built_at timestamp, audited_at timestamp, audit_passed boolean, fingerprint varchar)"
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
