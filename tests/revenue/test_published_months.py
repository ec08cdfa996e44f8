"""What was published stays readable as it was, whatever day is run next."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.revenue.answers import rows_of
from tests.support.compiled_models import DBT_PROJECT
from tests.support.parsed_project import manifest_in

Month = tuple[str, str, str, int]
MODELS = "int_published_days fct_arr_published_months rpt_restatements"


class Warehouse:
    """A warehouse with hand-made movements; `publish` runs the published months for a day."""

    def __init__(self, folder: Path, manifest: Any) -> None:
        self.file = folder / "warehouse.duckdb"
        self._folder, self._manifest = folder, manifest
        with duckdb.connect(str(self.file)) as connection:
            connection.execute("create schema marts")
            connection.execute("create schema intermediate")
            connection.execute(
                "create table marts.fct_arr_movements_monthly (account_id varchar, "
                "ultimate_parent_account_id varchar, movement varchar, closing_arr decimal(18, 2), "
                "closing_arr_spot decimal(18, 2), is_late_renewal boolean, "
                "is_month_complete boolean, month_start_date date)"
            )
            connection.execute(
                "create table intermediate.int_account_survivors (account_id varchar, "
                "surviving_account_id varchar, is_merged boolean)"
            )

    def publish(self, day: str, months: Sequence[Month], *, merged: str | None = None) -> None:
        """Publish (account, month, label, closing ARR) for a day; late:<label> is a late one."""
        with duckdb.connect(str(self.file)) as connection:
            connection.execute("delete from marts.fct_arr_movements_monthly")
            connection.execute("delete from intermediate.int_account_survivors")
            insert = (
                "insert into marts.fct_arr_movements_monthly values (?, ?, ?, ?, ?, ?, true, ?)"
            )
            for account, month, label, arr in months:
                late = label.startswith("late:")
                name = label.removeprefix("late:")
                connection.execute(insert, [account, account, name, arr, arr, late, f"{month}-01"])
            if merged:
                connection.execute(
                    "insert into intermediate.int_account_survivors values (?, 'A', true)", [merged]
                )
        self.dbt("run", as_of=day)

    def dbt(self, *command: str, as_of: str) -> None:
        """One dbt command on the models of published months."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        target = self._folder / "target"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CSOPS_WAREHOUSE", str(self.file))
            variables = json.dumps({"as_of_date": as_of, "systems": []})
            result = dbtRunner(manifest=self._manifest).invoke(
                [
                    *("--quiet", "--log-level-file", "none", *command, "--select", *MODELS.split()),
                    *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                    *("--target-path", str(target), "--vars", variables),
                ]
            )
            DuckDBConnectionManager.close_all_connections()
        assert result.success, result.exception or [one.message for one in result.result]

    def known_on(self, day: str) -> dict[tuple[str, str], Decimal]:
        """Closing ARR by account and month as it was published for a day."""
        return {
            (row["account_id"], row["month"]): row["closing_arr"]
            for row in self.rows(
                "select *, strftime(month_start_date, '%Y-%m') as month "
                "from marts.fct_arr_published_months where not is_withdrawn "
                f"and known_from <= '{day}' and coalesce(known_to > '{day}', true)"
            )
        }

    def rows(self, query: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return rows_of(connection, query)


@pytest.fixture
def warehouse(tmp_path: Path, parsed_without_staging: Path) -> Warehouse:
    return Warehouse(tmp_path, manifest_in(parsed_without_staging, staging=False))


JANUARY = ("A", "2025-01", "new", 100)
FEBRUARY = ("A", "2025-02", "churn", 0)


def test_each_day_reads_what_was_published_for_it(warehouse: Warehouse) -> None:
    warehouse.publish("2025-02-10", [JANUARY])
    warehouse.publish("2025-03-10", [JANUARY, FEBRUARY])
    warehouse.publish("2025-03-11", [JANUARY, FEBRUARY])
    late = ("A", "2025-02", "late:none", 100)
    warehouse.publish("2025-04-10", [JANUARY, late, ("A", "2025-03", "none", 100)])
    assert warehouse.known_on("2025-02-09") == {}
    assert warehouse.known_on("2025-02-28") == {("A", "2025-01"): 100}
    assert warehouse.known_on("2025-03-10") == {("A", "2025-01"): 100, ("A", "2025-02"): 0}
    assert warehouse.known_on("2025-04-09") == warehouse.known_on("2025-03-10")
    assert warehouse.known_on("2025-04-10")["A", "2025-02"] == 100
    (restated,) = warehouse.rows("select * from marts.rpt_restatements")
    assert (restated["reason"], restated["restated_arr"]) == ("grace", 100)
    assert (restated["first_movement"], restated["movement"]) == ("churn", "none")


def test_a_day_run_twice_is_a_day_run_once_even_if_it_says_something_else(
    warehouse: Warehouse,
) -> None:
    everything: Callable[[], list] = lambda: warehouse.rows(  # noqa: E731
        "select * from marts.fct_arr_published_months order by all"
    )
    warehouse.publish("2025-02-10", [JANUARY])
    before = everything()
    warehouse.publish("2025-02-10", [JANUARY])
    assert everything() == before
    warehouse.publish("2025-02-11", [("A", "2025-01", "new", 110)])
    changed = everything()
    assert len(changed) == 2
    warehouse.publish("2025-02-11", [("A", "2025-01", "new", 120)])
    assert warehouse.known_on("2025-02-11") == {("A", "2025-01"): 120}
    warehouse.publish("2025-02-11", [JANUARY])
    assert everything() == before


def test_a_run_for_an_earlier_day_rewrites_nothing(warehouse: Warehouse) -> None:
    warehouse.publish("2025-02-10", [JANUARY])
    warehouse.publish("2025-03-10", [("A", "2025-01", "new", 130), FEBRUARY])
    warehouse.publish("2025-03-15", [("A", "2025-01", "new", 130), FEBRUARY])
    before = warehouse.rows("select * from marts.fct_arr_published_months order by all")
    for day in ("2025-02-10", "2025-03-10", "2025-03-12"):
        warehouse.publish(day, [("A", "2025-01", "new", 999)])
    assert warehouse.rows("select * from marts.fct_arr_published_months order by all") == before


def test_a_merged_account_is_withdrawn_and_its_survivor_restated(warehouse: Warehouse) -> None:
    warehouse.publish("2025-02-10", [JANUARY, ("B", "2025-01", "new", 40)])
    warehouse.publish("2025-02-20", [("A", "2025-01", "new", 140)], merged="B")
    assert warehouse.known_on("2025-02-20") == {("A", "2025-01"): 140}
    assert warehouse.known_on("2025-02-19") == {("A", "2025-01"): 100, ("B", "2025-01"): 40}
    restated = warehouse.rows("select * from marts.rpt_restatements order by account_id")
    assert [row["reason"] for row in restated] == ["merger", "merger"]
    assert [row["restated_arr"] for row in restated] == [40, -40]
    warehouse.publish("2025-02-21", [JANUARY, ("B", "2025-01", "new", 40)])
    assert warehouse.known_on("2025-02-21") == {("A", "2025-01"): 100, ("B", "2025-01"): 40}


def test_a_full_refresh_keeps_what_was_published(warehouse: Warehouse) -> None:
    warehouse.publish("2025-02-10", [JANUARY])
    warehouse.publish("2025-03-10", [("A", "2025-01", "new", 130)])
    before = warehouse.rows("select * from marts.fct_arr_published_months order by all")
    assert len(before) == 2
    warehouse.dbt("run", "--full-refresh", as_of="2025-03-10")
    assert warehouse.rows("select * from marts.fct_arr_published_months order by all") == before
