"""Only a build that passed gate and audit, with the very marts that passed, can be published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import build_state
from orchestration.publication.build_state import BuildStateError
from orchestration.publication.publish import publish
from orchestration.publication.versions import versions
from tests.orchestration.conftest import DAY, write_marts

Audited = Callable[..., Path]

SPOILERS: dict[str, tuple[Callable[[duckdb.DuckDBPyConnection], object], str]] = {
    "a new conform began": (
        lambda c: build_state.start_build(c, DAY),
        "conformed tables are not complete",
    ),
    "conform came again": (lambda c: build_state.record_conformed(c, DAY), "gate has not judged"),
    "the gate stopped it": (
        lambda c: build_state.record_gate(c, DAY, passed=False),
        "gate stopped it",
    ),
    "the gate passed again but nothing was built": (
        lambda c: build_state.record_gate(c, DAY, passed=True),
        "marts are not complete",
    ),
    "the marts were touched": (lambda c: build_state.void_marts(c, DAY), "marts are not complete"),
    "the marts came again": (lambda c: build_state.record_built(c, DAY), "audit has not judged"),
    "the audit stopped it": (
        lambda c: build_state.record_audit(c, DAY, passed=False),
        "audit stopped it",
    ),
    "one value changed after the audit": (
        lambda c: c.execute("update marts.dim_accounts set arr = 1 where account_id = 'A7'"),
        "not the ones that were audited",
    ),
    "one row vanished after the audit": (
        lambda c: c.execute("delete from marts.dim_accounts where account_id = 'A7'"),
        "not the ones that were audited",
    ),
    "a mart appeared after the audit": (
        lambda c: c.execute("create table marts.other as select 1 as one"),
        "not the ones that were audited",
    ),
    "a column changed its type after the audit": (
        lambda c: c.execute("alter table marts.dim_accounts alter arr type double"),
        "not the ones that were audited",
    ),
}


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_nothing_is_published_when(spoiler: str, audited: Audited, published: Path) -> None:
    spoil, reason = SPOILERS[spoiler]
    warehouse = audited()
    with duckdb.connect(str(warehouse)) as connection:
        spoil(connection)
    with pytest.raises(BuildStateError, match=reason):
        publish(warehouse, published)
    assert versions(published) == []
    assert not (published / "current.duckdb").exists()


def test_an_empty_warehouse_publishes_nothing(warehouse: Path, published: Path) -> None:
    with pytest.raises(BuildStateError, match="nothing has been built"):
        publish(warehouse, published)


def test_a_step_for_another_day_than_the_build_is_refused(audited: Audited) -> None:
    with (
        duckdb.connect(str(audited())) as connection,
        pytest.raises(BuildStateError, match="is for 2026-06-30, not for 2026-07-01"),
    ):
        build_state.void_marts(connection, DAY + timedelta(days=1))


def test_the_audit_refuses_marts_that_are_not_complete(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        build_state.start_build(connection, DAY)
        write_marts(connection, 1)
        with pytest.raises(BuildStateError, match="its marts are not complete"):
            build_state.record_audit(connection, DAY, passed=True)


def test_the_order_of_rows_does_not_matter_to_the_token(audited: Audited, published: Path) -> None:
    warehouse = audited()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create or replace table marts.dim_accounts as "
            "from marts.dim_accounts order by account_id desc"
        )
    assert publish(warehouse, published).is_new
