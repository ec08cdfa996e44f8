"""What readers see: whole versions, one after the other, and the way back."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import publish as publishing
from orchestration.publication.publish import publish
from orchestration.publication.retention import remove_old_versions, sweep_unfinished
from orchestration.publication.rollback import RollbackError, roll_back
from orchestration.publication.versions import current_version, versions
from tests.orchestration.conftest import DAY

Audited = Callable[..., Path]


def arr(published: Path) -> int:
    with duckdb.connect(str(published / "current.duckdb"), read_only=True) as connection:
        return int(connection.execute("select sum(arr) from marts.dim_accounts").fetchone()[0])


def test_a_published_version_holds_every_mart_with_its_comments(
    audited: Audited, published: Path
) -> None:
    publication = publish(audited(), published)
    with duckdb.connect(str(published / "current.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, estimated_size, comment from duckdb_tables() order by 1"
        ).fetchall()
        column = connection.execute(
            "select comment from duckdb_columns() where column_name = 'arr'"
        ).fetchone()
    assert tables == [
        ("dim_accounts", 100, "One row per account; it's here"),
        ("dim_dates", 1, None),
    ]
    assert column == ("ARR in US dollars",)
    assert publication.version.startswith("marts_2026-06-30_")
    parquet = published / "current" / "parquet" / "dim_accounts" / "*.parquet"
    assert duckdb.sql(f"select count(*) from '{parquet}'").fetchall() == [(100,)]


def test_published_files_are_read_only_flushed_and_without_a_log_beside_them(
    audited: Audited, published: Path
) -> None:
    publish(audited(), published)
    files = [path for path in (published / "versions").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}
    assert not [path for path in files if path.name.endswith(".wal")]
    with (published / "current" / "warehouse.duckdb").open("rb") as file:
        head = file.read(4096)
    assert b"DUCK" in head
    assert int.from_bytes(head[12:20], "little") == 64  # the storage format of DuckDB 1.0


def test_the_same_numbers_are_not_published_twice(audited: Audited, published: Path) -> None:
    first = publish(audited(), published)
    again = publish(audited(), published)
    assert first.is_new
    assert not again.is_new
    assert versions(published) == [first.version]


def test_the_same_numbers_for_another_day_are_another_version(
    audited: Audited, published: Path
) -> None:
    publish(audited(), published)
    assert publish(audited(as_of=DAY + timedelta(days=1)), published).is_new


def test_only_the_last_versions_are_kept_and_the_current_one_always(
    audited: Audited, published: Path
) -> None:
    first, second, third, fourth = (
        publish(audited(number), published).version for number in range(4)
    )
    assert remove_old_versions(published, keep=3) == [first]
    roll_back(published, second)
    assert remove_old_versions(published, keep=1) == [third]
    assert versions(published) == [second, fourth]
    assert arr(published) == 100 * 1 + sum(range(100))


def test_a_rollback_brings_the_earlier_numbers_back_and_the_next_run_goes_forward(
    audited: Audited, published: Path
) -> None:
    publish(audited(1000), published)
    before = arr(published)
    publish(audited(2000), published)
    after = arr(published)
    roll_back(published)
    assert arr(published) == before
    publish(audited(2000), published)
    assert arr(published) == after


def test_a_rollback_to_an_unreadable_or_unknown_version_moves_nothing(
    audited: Audited, published: Path
) -> None:
    first = publish(audited(1000), published).version
    second = publish(audited(2000), published).version
    broken = published / "versions" / first / "warehouse.duckdb"
    broken.chmod(0o644)
    broken.write_bytes(b"not a database")
    with pytest.raises(RollbackError, match="can't be read"):
        roll_back(published)
    with pytest.raises(RollbackError, match="no version 'nonsense'"):
        roll_back(published, "nonsense")
    assert current_version(published) == second


def test_readers_in_a_loop_never_see_an_error_or_half_a_version(
    audited: Audited, published: Path
) -> None:
    publish(audited(0), published)
    stop = threading.Event()
    seen: list[int] = []
    errors: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                file = os.path.realpath(published / "current.duckdb")
                with duckdb.connect(file, read_only=True) as connection:
                    low, high, rows = connection.execute(
                        "select min(arr), max(arr), count(*) from marts.dim_accounts"
                    ).fetchone()
                    assert (high - low, rows) == (99, 100)
                    seen.append(int(low))
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 11):
        publish(audited(number * 1000), published)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen
    assert set(seen) <= {number * 1000 for number in range(11)}


@pytest.mark.parametrize(
    "moment", ["write_database", "share_parquet", "export_parquet", "seal", "point_to"]
)
def test_a_publication_that_dies_at_any_step_leaves_the_last_version_and_nothing_else(
    audited: Audited, published: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    publish(audited(1000), published)
    before, known = arr(published), versions(published)
    build = audited(2000)

    def die(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, moment, die)
        with pytest.raises(OSError, match="No space left"):
            publish(build, published)
    assert arr(published) == before
    sweep_unfinished(published)
    assert versions(published) == known
    assert sorted(path.name for path in published.iterdir()) == [
        "current",
        "current.duckdb",
        "versions",
    ]
    publish(build, published)
    assert arr(published) == before + 100 * 1000


def test_a_mart_whose_name_or_comment_looks_like_sql_is_only_a_name(
    audited: Audited, published: Path
) -> None:
    from orchestration.publication import build_state

    with duckdb.connect(str(audited())) as connection:
        connection.execute('create table marts."a; drop schema marts; --" as select 1 as "x\'y"')
        build_state.record_built(connection, DAY)
        build_state.record_audit(connection, DAY, passed=True)
        file = Path(connection.execute("select path from duckdb_databases() limit 1").fetchone()[0])
    publish(file, published)
    with duckdb.connect(str(published / "current.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (3,)


def test_an_as_of_day_is_kept_with_the_version(audited: Audited, published: Path) -> None:
    assert publish(audited(as_of=date(2024, 2, 29)), published).as_of_date == date(2024, 2, 29)


FULL_DISK = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
from orchestration.publication.publish import publish
publish(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("room", [1_000, 100_000, 400_000])
def test_a_disk_that_is_full_costs_no_row_and_shows_no_half_version(
    audited: Audited, published: Path, room: int
) -> None:
    publish(audited(1000), published)
    before, known = arr(published), versions(published)
    build = audited(2000)
    failed = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(build), str(published), str(room)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode != 0
    assert arr(published) == before
    sweep_unfinished(published)
    assert versions(published) == known
    publish(build, published)
    assert arr(published) == before + 100 * 1000
