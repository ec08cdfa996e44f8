"""Usage events are read once; later runs add what landed since, as if all had been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.health.conftest import invoke
from tests.support.parsed_project import manifest_in
from tests.unit.dbt import company
from tests.unit.dbt.conftest import Conformed, write_raw

ALPHA, BETA = company.ALPHA, company.BETA
BUILD = (
    *("build", "--indirect-selection", "cautious"),
    *("--exclude", "test_name:counts_add_up", "data_issues", "resource_type:unit_test"),
    "--select",
)
MODELS = ("account_id_aliases", "usage_event_records", "usage_events")
COUNTED = (*MODELS, "set_aside_rows", "row_counts")


def event(
    name: str,
    received: str,
    file: str,
    load: str,
    feature: str | None = None,
    system: str = "product",
) -> dict:
    return {
        "id": name, "event": "opened", "feature": feature or file, "context_group_id": "group",
        "timestamp": received, "received_at": received, "_source_system": system,
        "_source_file": file, "_load_id": load, "_row_hash": f"{name} {received} {feature}",
    }  # fmt: skip


FIRST_FILE = [
    event("once", "2025-06-01", "june", "load-1"),
    event("twice", "2025-06-02", "june", "load-1"),
    event("in both", "2025-06-03", "june", "load-1"),
    event("of the 20th", "2025-06-20", "june", "load-1"),
    event("elsewhere", "2025-06-04", "june", "load-1", "of another system's june", "export"),
]
SECOND_FILE = [
    event("twice", "2025-06-01", "late", "load-2"),
    event("once", "2025-06-11", "late", "load-2"),
    event("in both", "2025-06-11", "late", "load-2"),
    event("new", "2025-06-11", "late", "load-2"),
    event("newer", "2025-06-11", "late", "load-2"),
]
FIRST_FILE_GONE = (
    "delete from raw_product.tracks where _source_file = 'june' and _source_system = 'product'"
)
IN_PLACE_OF_THE_FIRST = [event("once", "2025-06-01", "june", "load-3", "corrected")]
ELSEWHERE = {"elsewhere": "of another system's june"}
WRITTEN_OVER = "update raw_product.tracks set feature = 'written over' where id = 'once'"


@dataclass(frozen=True)
class State:
    """The events after a run: the feature of the delivery that stands, and what was set aside."""

    events: Mapping[str, str]
    accounts: frozenset[str]
    repeated: frozenset[str]
    set_aside: list[tuple[str, str, str]]
    counts: Mapping[str, Any]

    @classmethod
    def of(cls, warehouse: Path) -> State:
        found = Conformed(warehouse)
        events = found.all("select event_id, feature, account_id from conformed.usage_events")
        assert len({row["event_id"] for row in events}) == len(events)
        records = found.all("from conformed.usage_event_records")
        aside = found.all(
            "select record_id, source_file, state from conformed.set_aside_rows "
            "where contract_table = 'usage_events' order by all"
        )
        (counts,) = found.all(
            "from conformed.row_counts "
            "where contract_table = 'usage_events' and source_system = 'product'"
        )
        return cls(
            events={row["event_id"]: row["feature"] for row in events},
            accounts=frozenset(row["account_id"] for row in events if row["account_id"]),
            repeated=frozenset(row["event_id"] for row in records if row["is_repeated"]),
            set_aside=[(row["record_id"], row["source_file"], row["state"]) for row in aside],
            counts=counts,
        )


@dataclass(frozen=True)
class History:
    """One warehouse in the order of its runs; `last` is as the last run left it."""

    states: Mapping[str, State]
    last: Path


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory, parsed_dbt: Path) -> tuple[Path, Any]:
    return tmp_path_factory.mktemp("growing_dbt"), manifest_in(parsed_dbt.parent)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, parsed: tuple[Path, Any]) -> History:
    target, manifest = parsed
    warehouse = tmp_path_factory.mktemp("growing") / "warehouse.duckdb"
    states: dict[str, State] = {}

    def build(name: str, day: str, *selected: str) -> None:
        invoke([*BUILD, *selected], target, warehouse, day, manifest)
        states[name] = State.of(warehouse)

    rows = {name: rows for name, rows in company.ROWS.items() if not name.startswith("mapped.")}
    id_map = {
        "source_system": "product", "source_object": "group", "source_id": "group",
        "account_id": ALPHA, "updated_at": "2024-01-01",
    }  # fmt: skip
    write_raw(warehouse, {**rows, "product.tracks": FIRST_FILE, "mdm.id_map": [id_map]})
    build("first file", "2025-06-10", "currencies", "csops.staging", "csops.conformed")

    execute(warehouse, WRITTEN_OVER)
    land(warehouse, SECOND_FILE)
    build("second file", "2025-06-11", *COUNTED)

    execute(warehouse, f"update raw_mdm.id_map set account_id = '{BETA}'")
    build("id map corrected", "2025-06-20", *COUNTED)
    build("done again", "2025-06-20", *MODELS)

    execute(warehouse, FIRST_FILE_GONE)
    land(warehouse, IN_PLACE_OF_THE_FIRST)
    build("first file replaced", "2025-06-20", *COUNTED)
    build("all read again", "2025-06-20", *COUNTED, "--full-refresh")
    build("earlier day", "2025-06-10", *COUNTED)
    return History(states, warehouse)


def land(warehouse: Path, rows: list[dict]) -> None:
    columns = ", ".join(rows[0])
    marks = ", ".join("?" for _ in rows[0])
    with duckdb.connect(str(warehouse)) as connection:
        connection.executemany(
            f"insert into raw_product.tracks ({columns}) values ({marks})",
            [list(row.values()) for row in rows],
        )


def execute(warehouse: Path, sql: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(sql)


def test_a_first_build_reads_what_was_known(history: History) -> None:
    assert history.states["first file"].events == {
        "once": "june", "twice": "june", "in both": "june", **ELSEWHERE,
    }  # fmt: skip


def test_a_later_file_adds_events_and_an_earlier_delivery_takes_their_place(
    history: History,
) -> None:
    state = history.states["second file"]
    assert state.events == {
        "once": "june", "twice": "late", "in both": "june", "new": "late", "newer": "late",
        **ELSEWHERE,
    }  # fmt: skip
    assert state.set_aside == [
        ("in both", "late", "superseded"),
        ("once", "late", "superseded"),
        ("twice", "june", "superseded"),
    ]
    assert state.repeated == {"once", "twice", "in both"}


def test_files_that_were_read_are_not_read_again(history: History) -> None:
    assert history.states["second file"].events["once"] == "june"  # 'written over' in the file


def test_a_later_day_knows_what_its_files_held_already(history: History) -> None:
    assert history.states["id map corrected"].events == {
        "once": "june", "twice": "late", "in both": "june", "new": "late", "newer": "late",
        **ELSEWHERE,
        "of the 20th": "june",
    }  # fmt: skip


def test_a_corrected_id_map_speaks_of_past_events_too(history: History) -> None:
    assert history.states["second file"].accounts == {ALPHA}
    assert history.states["id map corrected"].accounts == {BETA}


def test_a_day_done_again_changes_nothing(history: History) -> None:
    assert history.states["done again"] == history.states["id map corrected"]


def test_a_replaced_file_takes_its_events_back_or_another_delivery_stands(
    history: History,
) -> None:
    state = history.states["first file replaced"]
    assert state.events == {
        "once": "corrected", "twice": "late", "in both": "late", "new": "late", "newer": "late",
        **ELSEWHERE,
    }  # fmt: skip
    assert state.set_aside == [("once", "late", "superseded")]
    assert history.states["all read again"].events == state.events
    assert history.states["all read again"].set_aside == state.set_aside


def test_an_earlier_day_shows_only_what_it_knew(history: History) -> None:
    assert history.states["earlier day"].events == {
        "once": "corrected", "twice": "late", **ELSEWHERE,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["first file", "second file", "first file replaced"])
def test_every_row_is_accounted_for(history: History, name: str) -> None:
    counts = history.states[name].counts
    parts = ("rows_kept", "rows_rejected", "rows_superseded", "rows_not_yet_known")
    assert counts["rows_in"] == sum(counts[part] for part in parts), counts


def test_an_event_twice_among_the_records_fails_the_run(
    history: History, parsed: tuple[Path, Any]
) -> None:
    target, manifest = parsed
    execute(
        history.last,
        "insert into conformed.usage_event_records by name "
        "select * replace ('load-9' as _load_id) from conformed.usage_event_records "
        "where event_id = 'once'",
    )
    command = ["test", "--select", "usage_event_records"]
    with pytest.raises(AssertionError):
        invoke(command, target, history.last, "2025-06-10", manifest)
