"""Idempotence by content, replacement of a file's rows, and kills at any moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.landing import land_table, start_load

from .conftest import HEADER, TICKETS, row

COLUMNS = "ticket_id, account_id, subject, _source_file, _row_hash"
STATE = f"select {COLUMNS} from raw_desk.tickets order by all"


def test_the_same_file_again_changes_nothing(land, connection):
    land([HEADER, row(1), "faulty"])
    before = connection.execute("from raw_desk.tickets").fetchall()
    again = land([HEADER, row(1), "faulty"])
    assert again.unchanged == ("tickets.csv",)
    assert (again.rows_in, again.files) == (0, ())
    assert connection.execute("from raw_desk.tickets").fetchall() == before
    assert connection.execute("select count(*) from raw_desk.tickets__rejected").fetchone() == (1,)
    assert connection.execute("select count(*) from landing._file_manifest").fetchone() == (1,)


def test_the_same_content_under_a_second_name_is_not_landed_twice(connection, load, folder):
    paths = [folder / "tickets_1.csv", folder / "tickets_2.csv"]
    for path in paths:
        path.write_text(f"{HEADER}\n{row(1)}\n")
    result = land_table(connection, TICKETS, paths, load, folder)
    assert connection.execute("select count(*) from raw_desk.tickets").fetchone() == (1,)
    assert result.unchanged == ("tickets_2.csv",)
    assert "same content as tickets_1.csv" in result.warnings[0]


def test_a_file_with_new_content_replaces_its_rows_and_the_old_ones_are_kept_aside(
    land, connection
):
    land([HEADER, row(1), row(2), "faulty"])
    result = land([HEADER, row(2, subject="new"), row(3)])
    assert result.superseded_rows == 2
    found = connection.execute("select ticket_id, subject from raw_desk.tickets order by 1")
    assert found.fetchall() == [("T-2", "new"), ("T-3", "hello")]
    aside = connection.execute("select ticket_id from raw_desk.tickets__superseded order by 1")
    assert aside.fetchall() == [("T-1",), ("T-2",)]
    assert connection.execute("select count(*) from raw_desk.tickets__rejected").fetchone() == (0,)
    statuses = connection.execute("select status from landing._file_manifest order by 1").fetchall()
    assert statuses == [("landed",), ("superseded",)]


def test_a_file_that_comes_back_to_old_content_has_its_old_rows_once(land, connection):
    for subject in ("first", "second", "first"):
        land([HEADER, row(1, subject=subject)])
    assert connection.execute("select subject from raw_desk.tickets").fetchall() == [("first",)]


def test_a_file_that_changes_its_format_replaces_the_one_that_is_gone(land, connection, folder):
    land([HEADER, row(1), row(2)])
    (folder / "tickets.csv").unlink()
    land([HEADER.replace(",", "\t"), row(2).replace(",", "\t")], "tickets.tsv")
    assert connection.execute("select ticket_id from raw_desk.tickets").fetchall() == [("T-2",)]


def test_rows_of_a_delivered_file_stay_when_it_is_tidied_away(land, connection, folder):
    land([HEADER, row(1)], "tickets_2026_01.csv")
    (folder / "tickets_2026_01.csv").unlink()
    land([HEADER, row(2)], "tickets_2026_02.csv")
    assert connection.execute("select count(*) from raw_desk.tickets").fetchone() == (2,)


@pytest.mark.parametrize("seed", range(4))
def test_files_in_any_order_and_any_number_of_times_give_the_same_rows(seed, land, connection):
    files = {f"tickets_{n}.csv": [HEADER, row(n), row(n + 10), "x"] for n in range(5)}
    order = [*files, *files]
    random.Random(seed).shuffle(order)
    for name in order:
        land(files[name], name)
    found = connection.execute(STATE).fetchall()
    assert len(found) == 10
    assert len({one[4] for one in found}) == 10


LANDING = """
import os, signal, sys, duckdb
from datetime import date
from pathlib import Path
from tests.unit.ingestion.conftest import TICKETS
from orchestration.ingestion.landing import land_table, start_load

class KilledAt:
    def __init__(self, connection, statements):
        self.connection, self.statements = connection, statements
    def execute(self, *arguments):
        self.statements -= 1
        if self.statements == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.connection.execute(*arguments)
    def __getattr__(self, name):
        return getattr(self.connection, name)

folder = Path(sys.argv[2])
with duckdb.connect(sys.argv[1]) as connection:
    killed = KilledAt(connection, int(sys.argv[3]))
    load = start_load(killed, date(2026, 6, 30))
    land_table(killed, TICKETS, sorted(folder.glob("*.csv")), load, folder)
    print(-killed.statements)
"""


def landed(warehouse: Path, folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(warehouse)) as connection:
        load = start_load(connection, date(2026, 6, 30))
        land_table(connection, TICKETS, sorted(folder.glob("*.csv")), load, folder)
        return connection.execute(STATE).fetchall()


def landing(warehouse: Path, folder: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LANDING, str(warehouse), str(folder), str(kill_at)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_landing_killed_before_any_statement_leaves_whole_files_and_the_next_completes_it(
    folder: Path, tmp_path: Path
) -> None:
    plain, faulty = folder / "tickets_1.csv", folder / "tickets_2.csv"
    old = tmp_path / "old.duckdb"
    plain.write_text("\n".join([HEADER, *(row(n) for n in range(100))]) + "\n")
    faulty.write_text("\n".join([HEADER, *(row(n) for n in range(100, 200)), "bad"]) + "\n")
    landed(old, folder)
    plain.write_text("\n".join([HEADER, *(row(n) for n in range(50, 150))]) + "\n")
    faulty.write_text("\n".join([HEADER, *(row(n) for n in range(150, 250)), "bad"]) + "\n")
    shutil.copy(old, tmp_path / "clean.duckdb")
    statements = int(landing(tmp_path / "clean.duckdb", folder, 0).stdout)
    expected = landed(tmp_path / "clean.duckdb", folder)
    commits = range(statements - 12, statements)
    for kill_at in sorted({*random.Random(7).sample(range(1, statements), 2), *commits[::3]}):
        warehouse = tmp_path / f"killed_{kill_at}.duckdb"
        shutil.copy(old, warehouse)
        assert landing(warehouse, folder, kill_at).returncode == -signal.SIGKILL
        with duckdb.connect(str(warehouse)) as connection:
            counts = connection.execute(
                "select count(*), count(distinct content_hash), "
                "(select count(*) from raw_desk.tickets), "
                "(select count(*) from raw_desk.tickets__rejected) "
                "from landing._file_manifest where status = 'landed'"
            ).fetchone()
            assert counts == (2, 2, 200, 1)
        assert landed(warehouse, folder) == expected
