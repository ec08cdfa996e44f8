"""A new version shares the Parquet files of marts that did not change, and only those."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.privacy.person import Person
from orchestration.privacy.published_versions import erase_in_versions
from orchestration.publication.publish import publish
from orchestration.publication.retention import remove_version
from orchestration.publication.rollback import roll_back
from orchestration.publication.versions import versions, versions_folder
from tests.orchestration.conftest import DAY

Audited = Callable[..., Path]


def parquet(published: Path, version: str, mart: str) -> Path:
    return versions_folder(published) / version / "parquet" / mart / "all.parquet"


def values(file: Path, column: str) -> list[object]:
    return [value for (value,) in duckdb.sql(f"select {column} from '{file}'").fetchall()]


def test_a_mart_that_did_not_change_keeps_its_file_and_one_that_did_gets_another(
    audited: Audited, published: Path
) -> None:
    first = publish(audited(1000), published)
    second = publish(audited(2000, DAY + timedelta(days=1)), published)
    assert (first.unchanged, second.unchanged) == ((), ("dim_dates",))
    same = [parquet(published, one.version, "dim_dates") for one in (first, second)]
    other = [parquet(published, one.version, "dim_accounts") for one in (first, second)]
    assert same[0].samefile(same[1])
    assert not other[0].samefile(other[1])
    # 100 accounts with 1000 + 0 … 99 and 2000 + 0 … 99.
    assert [int(sum(values(file, "arr"))) for file in other] == [104_950, 204_950]


def test_a_version_can_go_while_another_shares_its_files(audited: Audited, published: Path) -> None:
    first = publish(audited(1000), published).version
    second = publish(audited(2000), published).version
    remove_version(published, first)
    assert [str(day) for day in values(parquet(published, second, "dim_dates"), "day")] == [
        "2026-06-30"
    ]


def test_after_a_rollback_files_are_shared_with_the_version_that_readers_have(
    audited: Audited, published: Path
) -> None:
    first = publish(audited(1000), published).version
    publish(audited(2000), published)
    roll_back(published)
    third = publish(audited(1000, DAY + timedelta(days=1)), published)
    assert third.unchanged == ("dim_accounts", "dim_dates")
    files = [parquet(published, one, "dim_accounts") for one in (first, third.version)]
    assert files[0].samefile(files[1])


def test_what_was_published_under_another_policy_is_not_shared(
    audited: Audited, published: Path
) -> None:
    publish(audited(1000), published)
    hidden = {("dim_accounts", "account_id"): "cast(null as varchar)"}
    second = publish(audited(1000), published, protected=hidden)
    assert second.is_new
    assert second.unchanged == ()
    assert set(values(parquet(published, second.version, "dim_accounts"), "account_id")) == {None}


@pytest.mark.parametrize("damage", ["gone", "broken", "short"])
def test_a_damaged_file_is_written_anew_and_not_shared(
    audited: Audited, published: Path, damage: str
) -> None:
    first = publish(audited(1000), published).version
    file = parquet(published, first, "dim_dates")
    file.unlink()
    if damage == "broken":
        file.write_bytes(b"PAR1 is not all that it takes")
    if damage == "short":
        duckdb.sql("select date '2026-06-30' as day where false").write_parquet(str(file))
    second = publish(audited(2000), published)
    assert second.unchanged == ()
    assert len(values(parquet(published, second.version, "dim_dates"), "day")) == 1


def test_erasing_a_person_from_one_version_never_writes_into_a_file_that_another_shares(
    audited: Audited, published: Path, warehouse: Path
) -> None:
    """Both versions tell of the person in a shared file; one is looked at between the two."""

    def build(arr: int) -> Path:
        file = audited(arr)
        with duckdb.connect(str(file)) as connection:
            connection.execute(
                "create or replace table marts.dim_notes as select 'ask ada@example.com' as note"
            )
            from orchestration.publication import build_state

            build_state.record_built(connection, DAY)
            build_state.record_audit(connection, DAY, passed=True)
        return file

    first = publish(build(1000), published).version
    second = publish(build(2000), published).version
    files = [parquet(published, one, "dim_notes") for one in (first, second)]
    assert files[0].samefile(files[1])
    reader = files[1].open("rb")
    before = files[1].read_bytes()

    changed = erase_in_versions(published, [], Person(emails={"ada@example.com"}), salt="s")

    assert reader.read() == before  # whoever has it open reads on
    reader.close()
    assert len(changed) == 4  # the table and the file, of both versions
    assert len(versions(published)) == 2
    for version in versions(published):
        assert values(parquet(published, version, "dim_notes"), "note") == ["ask (erased)"]
        assert len(values(parquet(published, version, "dim_dates"), "day")) == 1
