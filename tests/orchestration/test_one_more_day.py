"""A new version begins as a copy of the one before and gets the days and marts that changed.

The large mart has 100 accounts on each of 62 days from Monday, 1 September 2025; the score of an
account is the number of the day, so that the scores of day n sum to 100 n.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.privacy.person import Person
from orchestration.privacy.protection import WITHHELD
from orchestration.privacy.published_versions import erase_in_versions, may_hold_more
from orchestration.publication import build_state, copy_checks, database_file, parts
from orchestration.publication.day_columns import day_columns
from orchestration.publication.publish import Publication, publish
from orchestration.publication.rollback import roll_back
from orchestration.publication.versions import read_manifest, versions, versions_folder
from tests.orchestration.conftest import DAY

FIRST = date(2025, 9, 1)
DAYS = {"fct_scores_daily": "date_day"}
Build = Callable[..., Path]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few thousand rows are a large mart, and a file of few blocks may have free ones."""
    monkeypatch.setattr(parts, "PARTED_ROWS", 5_000)
    monkeypatch.setattr(parts, "FILE_ROWS", 500)
    monkeypatch.setattr(copy_checks, "MOST_FREE", 0.9)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """The build after some days, then changed by `sql`, gated, built and audited."""
    file = tmp_path / "warehouse.duckdb"

    def made(days: int, sql: str = "") -> Path:
        with duckdb.connect(str(file)) as connection:
            build_state.start_build(connection, DAY)
            build_state.record_conformed(connection, DAY)
            build_state.record_gate(connection, DAY, passed=True)
            build_state.void_marts(connection, DAY)
            connection.execute("create schema if not exists marts")
            connection.execute(
                "create or replace table marts.fct_scores_daily as "
                f"select 'A' || a as account_id, date '{FIRST}' + d::integer as date_day, "
                "d + 1 as score, 'calm' as note "
                f"from range({days}) as days (d), range(100) as accounts (a) order by d, a"
            )
            connection.execute("create or replace table marts.dim_plans as select 'Pro' as plan")
            connection.execute("comment on column marts.dim_plans.plan is 'What they pay for'")
            connection.execute("create or replace table marts.dim_names as select 'N' as name")
            if sql:
                connection.execute(sql)
            build_state.record_built(connection, DAY)
            build_state.record_audit(connection, DAY, passed=True)
        return file

    return made


@pytest.fixture
def show(published: Path, build: Build) -> Callable[..., Publication]:
    """Publish the build after some days and a change."""

    def shown(days: int, sql: str = "", **protected: dict[tuple[str, str], str]) -> Publication:
        return publish(build(days, sql), published, day_columns=DAYS, **protected)

    return shown


def rows(published: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(published / "current.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def sums(published: Path) -> dict[date, int]:
    """The sum of scores by day: the same in the database as in the Parquet files."""
    asked = "select date_day, sum(score)::integer from {} group by 1"
    found = dict(rows(published, asked.format("marts.fct_scores_daily")))
    files = published / "current" / "parquet" / "fct_scores_daily" / "*.parquet"
    assert dict(duckdb.sql(asked.format(f"'{files}'")).fetchall()) == found
    return found


def days(number: int) -> dict[date, int]:
    return {FIRST + timedelta(days=n): 100 * (n + 1) for n in range(number)}


def began_as_copy(published: Path, version: str) -> bool:
    return read_manifest(published, version).copied_from != ""


def test_one_more_day_is_added_and_files_of_other_weeks_are_those_of_before(
    show: Callable[..., Publication], published: Path
) -> None:
    first = show(62)
    before = versions_folder(published) / first.version
    digest = hashlib.sha256((before / "warehouse.duckdb").read_bytes()).hexdigest()
    second = show(63)
    assert began_as_copy(published, second.version)
    assert sums(published) == days(63)
    # 62 days are 8 weeks and 6 days; the 63rd is the Sunday of the 9th week.
    files = {
        version: versions_folder(published) / version / "parquet" / "fct_scores_daily"
        for version in (first.version, second.version)
    }
    names = sorted(file.name for file in files[second.version].iterdir())
    assert (len(names), names[0], names[-1]) == (9, "2025-09-01.parquet", "2025-10-27.parquet")
    other = [
        name
        for name in names
        if not (files[first.version] / name).samefile(files[second.version] / name)
    ]
    assert other == ["2025-10-27.parquet"]
    assert second.unchanged == ("dim_names", "dim_plans")
    # whoever reads the version before reads the very same bytes
    assert hashlib.sha256((before / "warehouse.duckdb").read_bytes()).hexdigest() == digest


def test_a_corrected_day_a_day_that_is_gone_and_every_other_day(
    show: Callable[..., Publication], published: Path
) -> None:
    show(62)
    table, fourth, seventh = "marts.fct_scores_daily", "2025-09-04", "2025-09-07"
    second = show(
        62,
        f"update {table} set score = 1 where date_day = '{fourth}'; "
        f"delete from {table} where date_day = '{seventh}'",
    )
    wanted = days(62) | {date(2025, 9, 4): 100}
    del wanted[date(2025, 9, 7)]
    assert began_as_copy(published, second.version)
    assert sums(published) == wanted


def test_a_correction_that_leaves_count_and_sum_of_a_day_as_they_were_is_seen(
    show: Callable[..., Publication], published: Path
) -> None:
    show(62)
    second = show(
        63,
        "update marts.fct_scores_daily set score = score + case account_id when 'A1' then 5 "
        "when 'A2' then -5 else 0 end where date_day = '2025-09-10'",
    )
    assert began_as_copy(published, second.version)
    asked = (
        "select account_id, score from marts.fct_scores_daily "
        "where date_day = '2025-09-10' and account_id in ('A1', 'A2', 'A3') order by all"
    )
    assert rows(published, asked) == [("A1", 15), ("A2", 5), ("A3", 10)]
    assert sums(published) == days(63)


def test_marts_that_come_go_or_change_and_their_descriptions(
    show: Callable[..., Publication], published: Path
) -> None:
    show(62)
    second = show(
        62,
        "drop table marts.dim_plans; create table marts.dim_regions as select 'EMEA' as region; "
        "comment on table marts.dim_regions is 'Where'; "
        "comment on column marts.fct_scores_daily.score is 'Grade of the day'",
    )
    assert began_as_copy(published, second.version)
    assert rows(published, "select table_name, comment from duckdb_tables() order by 1") == [
        ("dim_names", None), ("dim_regions", "Where"), ("fct_scores_daily", None),
    ]  # fmt: skip
    asked = "select comment from duckdb_columns() where column_name = 'score'"
    assert rows(published, asked) == [("Grade of the day",)]
    assert rows(published, "from marts.dim_regions") == [("EMEA",)]
    show(63)
    assert rows(published, asked) == [(None,)]  # the build has taken it back


@pytest.mark.parametrize(
    ("change", "asked", "answer"),
    [
        ("alter score type decimal(18, 2)", "typeof(score)", "DECIMAL(18,2)"),
        ("rename note to remark", "remark", "calm"),  # no value of any row is another
    ],
)
def test_a_column_of_another_type_or_name_makes_the_mart_anew_in_all_its_files(
    show: Callable[..., Publication], published: Path, change: str, asked: str, answer: str
) -> None:
    show(62)
    second = show(63, f"alter table marts.fct_scores_daily {change}")
    assert began_as_copy(published, second.version)
    assert sums(published) == days(63)
    files = published / "current" / "parquet" / "fct_scores_daily" / "*.parquet"
    assert duckdb.sql(f"select distinct {asked} from '{files}'").fetchall() == [(answer,)]
    assert rows(published, f"select distinct {asked} from marts.fct_scores_daily") == [(answer,)]


def test_a_day_that_went_wrong_on_its_way_is_not_shown(
    show: Callable[..., Publication], published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(62)
    queries = iter(["select account_id, date_day, score + 1, note from marts.fct_scores_daily"])
    right = database_file.published_rows
    monkeypatch.setattr(
        database_file, "published_rows", lambda *asked: next(queries, right(*asked))
    )
    second = show(63)
    assert next(queries, None) is None
    assert not began_as_copy(published, second.version)
    assert sums(published) == days(63)


def test_a_new_day_is_published_under_the_policy_and_another_policy_makes_it_all_anew(
    show: Callable[..., Publication], published: Path
) -> None:
    masked = {
        ("fct_scores_daily", "note"): (
            f"case when contains(note, '@') then '{WITHHELD}' else note end"
        )
    }
    asked = "select note, count(*) from marts.fct_scores_daily group by 1 order by 1"
    met = "update marts.fct_scores_daily set note = 'met ana@acme.example' where score = 63"
    show(62, protected=masked)
    second = show(63, met, protected=masked)
    assert began_as_copy(published, second.version)
    assert rows(published, asked) == [(WITHHELD, 100), ("calm", 6_200)]
    third = show(63, met)
    assert not began_as_copy(published, third.version)
    assert rows(published, asked) == [("calm", 6_200), ("met ana@acme.example", 100)]


@pytest.mark.parametrize("damage", ["rows are missing", "not a database", "parts are lost"])
def test_what_is_wrong_with_the_version_before_is_not_copied(
    show: Callable[..., Publication], published: Path, damage: str
) -> None:
    folder = versions_folder(published) / show(62).version
    file = folder / ("parts.json" if damage == "parts are lost" else "warehouse.duckdb")
    file.chmod(0o644)
    if damage == "rows are missing":
        with duckdb.connect(str(file)) as connection:
            connection.execute("delete from marts.fct_scores_daily where date_day = '2025-10-01'")
    else:
        file.write_bytes(b"{")
    second = show(63)
    assert began_as_copy(published, second.version) == (damage == "parts are lost")
    assert sums(published) == days(63)


def test_a_file_that_is_free_for_the_most_part_is_written_anew(
    show: Callable[..., Publication], published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_checks, "MOST_FREE", 0.25)
    show(62, "create table marts.fct_old as select md5(i::varchar) as mark from range(60000) t(i)")
    second = show(63, "drop table marts.fct_old")
    assert not began_as_copy(published, second.version)
    assert rows(published, "select free_blocks from pragma_database_size()") == [(0,)]
    assert sums(published) == days(63)


def test_after_a_rollback_the_next_day_is_added_to_what_readers_have(
    show: Callable[..., Publication], published: Path
) -> None:
    first = show(62)
    show(62, "update marts.fct_scores_daily set score = 0")
    roll_back(published)
    third = show(63)
    assert read_manifest(published, third.version).copied_from == first.version
    assert sums(published) == days(63)


@pytest.mark.parametrize("moment", ["copy_file", "_write_whole", "copy_comments", "compare_days"])
def test_a_copy_that_dies_at_any_step_leaves_readers_what_they_had(
    show: Callable[..., Publication],
    build: Build,
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    first = show(62)

    def die(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(database_file, moment, die)
        with pytest.raises(OSError, match="No space left"):
            show(63)
    assert sums(published) == days(62)
    assert [one.name for one in versions_folder(published).iterdir()] == [first.version]
    assert began_as_copy(published, show(63).version)
    assert sums(published) == days(63)


def holding(published: Path, word: bytes) -> Iterator[str]:
    """Versions with a database file that has the word in any of its bytes."""
    for version in versions(published):
        file = versions_folder(published) / version / "warehouse.duckdb"
        if word in file.read_bytes():
            yield version


def test_whoever_the_source_took_out_is_in_no_byte_of_any_version_once_they_are_erased(
    show: Callable[..., Publication], published: Path
) -> None:
    """Ana stands in a day of a large mart and in small marts; the day after in none.

    There are ten small ones, since a block that is free may be written again at once.
    """
    address = "ana.lima@acme.example"
    small = [f"marts.dim_contacts_{number}" for number in range(10)]
    first = show(
        62,
        f"update marts.fct_scores_daily set note = '{address}' "
        "where account_id = 'A7' and date_day = '2025-10-15'; "
        + "; ".join(f"create table {one} as select '{address}' as contact" for one in small),
    )
    second = show(62, "; ".join(f"drop table {one}" for one in small))
    assert began_as_copy(published, second.version)
    assert list(holding(published, address.encode())) == [first.version, second.version]
    kept = published / "current" / "parquet" / "fct_scores_daily" / "2025-10-13.parquet"
    kept_at = kept.stat().st_ino

    changed = erase_in_versions(published, [], Person(emails={address}), salt="s")

    assert {place.split(":")[0] for place in changed} == {first.version}
    assert list(holding(published, address.encode())) == []
    assert versions(published) == [first.version + "e", second.version + "e"]
    assert not any(may_hold_more(published, version) for version in versions(published))
    assert sums(published) == days(62)
    assert kept.stat().st_ino == kept_at  # its file told of nobody
    third = show(63)
    assert began_as_copy(published, third.version)
    assert list(holding(published, address.encode())) == []
    assert sums(published) == days(63)


def test_a_mart_s_day_is_the_first_date_of_its_grain_else_the_first_it_has() -> None:
    def model(name: str, kinds: dict[str, str], *key: str) -> dict[str, object]:
        constraints = [{"type": "primary_key", "columns": list(key)}] if key else []
        columns = {column: {"name": column, "data_type": kind} for column, kind in kinds.items()}
        return {
            "resource_type": "model", "name": name, "columns": columns, "constraints": constraints,
        }  # fmt: skip

    forecast = {"due_date": "date", "contract_id": "string", "snapshot_date": "date"}
    nodes = {
        "m.forecast": model("forecast", forecast),
        "m.months": model("months", {"known": "date", "month": "date"}, "account_id", "month"),
        "m.tickets": model(
            "tickets", {"ticket_id": "string", "created": "date", "solved": "date"}, "ticket_id"
        ),
        "m.plans": model("plans", {"plan": "string"}, "plan"),
        "t.unique": {
            "resource_type": "test",
            "attached_node": "m.forecast",
            "test_metadata": {
                "name": "is_unique", "kwargs": {"columns": ["contract_id", "snapshot_date"]},
            },
        },
        "t.other": {"resource_type": "test", "attached_node": "m.tickets"},
    }  # fmt: skip
    assert day_columns({"nodes": nodes}) == {
        "months": "month",
        "forecast": "snapshot_date",
        "tickets": "created",
    }


def test_a_file_holds_a_week_across_the_turn_of_a_year_or_a_month_or_a_year() -> None:
    """By 500 rows a file on average: two weeks, three months, two years."""

    def files(*rows: int) -> dict[str, list[str]]:
        days = ["2025-12-29", "2026-01-04", "2026-01-31", "2026-02-01"]
        found = parts.Parts("day", {day: (of, "7") for day, of in zip(days, rows, strict=True)})
        assert found.total() == (sum(rows), "28")
        return {name: list(one.days) for name, one in found.periods().items()}

    assert files(250, 250, 250, 250) == {
        "2025-12-29": ["2025-12-29", "2026-01-04"],
        "2026-01-26": ["2026-01-31", "2026-02-01"],
    }
    assert files(250, 250, 250, 249) == {
        "2025": ["2025-12-29"],
        "2026": ["2026-01-04", "2026-01-31", "2026-02-01"],
    }
    weeks = ["2026-01-04", "2026-01-11", "2026-01-18", "2026-02-01"]
    found = parts.Parts("day", dict.fromkeys(weeks, (250, "7"))).periods()
    assert {name: len(one.days) for name, one in found.items()} == {"2026-01": 3, "2026-02": 1}


def test_a_version_of_the_time_when_a_mart_was_one_parquet_file_is_followed_and_erased_too(
    show: Callable[..., Publication], published: Path
) -> None:
    address = "ana.lima@acme.example"
    first = show(62, f"update marts.dim_names set name = '{address}'")
    folder = versions_folder(published) / first.version
    (folder / "parts.json").unlink()
    for mart in list((folder / "parquet").iterdir()):
        whole = duckdb.sql(f"from read_parquet('{mart}/*.parquet')")
        whole.write_parquet(f"{mart}.parquet")
        shutil.rmtree(mart)
    second = show(63)
    assert second.unchanged == ()
    assert sums(published) == days(63)
    changed = erase_in_versions(published, [], Person(emails={address}), salt="s")
    assert sorted(changed) == [
        f"{first.version}: dim_names.parquet",
        f"{first.version}: marts.dim_names",
    ]
    for version in versions(published):
        files = (versions_folder(published) / version / "parquet").rglob("dim_names/*.parquet")
        for file in files:
            assert address not in str(duckdb.sql(f"from '{file}'").fetchall())
    assert list(holding(published, address.encode())) == []
