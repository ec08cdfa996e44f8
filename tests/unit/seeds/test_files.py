"""The files of the sample: what they hold, how large they are, and that they can be made again."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from seeds.generator.build import write_company
from seeds.generator.settings import CompanySettings
from seeds.generator.writers import gzipped
from tests.unit.seeds.conftest import PROJECT, content, file_of

MEGABYTE = 1_000_000


def everything(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_declared_table_has_a_file_with_the_declared_columns_in_order(sample, declared):
    for name, table in declared.items():
        files = file_of(sample, name)
        assert files, f"{name} has no file"
        for path in files:
            header = content(path).split(b"\n", 1)[0].decode()
            assert header == ",".join(column["name"] for column in table["columns"]), path.name


def test_a_table_is_in_one_file_and_track_events_in_one_a_month(sample, declared):
    for name in declared:
        assert len(file_of(sample, name)) == (30 if name == "product.tracks" else 1), name


def test_the_committed_sample_has_at_most_ten_megabytes(sample):
    assert sum(path.stat().st_size for path in everything(sample).values()) <= 10 * MEGABYTE


def test_the_committed_sample_is_what_the_generator_makes(sample, tmp_path):
    write_company(CompanySettings(), tmp_path, "csv", clean=False)
    made, committed = everything(tmp_path), everything(sample)
    assert set(made) == set(committed)
    changed = [name for name in made if content(made[name]) != content(committed[name])]
    assert not changed, "run `python seeds/generate.py` and commit seeds/raw"


def test_the_same_seed_makes_the_same_bytes_whatever_the_format(tmp_path):
    settings = CompanySettings(accounts=40, months=8, seed=3)
    for file_format in ("csv", "parquet"):
        first, second = tmp_path / file_format / "1", tmp_path / file_format / "2"
        for folder in (first, second):
            write_company(settings, folder, file_format, clean=True)
        bytes_of = [
            {name: path.read_bytes() for name, path in everything(folder).items()}
            for folder in (first, second)
        ]
        assert bytes_of[0] == bytes_of[1]


def test_another_seed_makes_another_company(tmp_path):
    for seed in (1, 2):
        settings = CompanySettings(accounts=40, months=8, seed=seed)
        write_company(settings, tmp_path / str(seed), "csv", clean=True)
    one, two = (content(file_of(tmp_path / seed, "stripe.invoice")[0]) for seed in ("1", "2"))
    assert one != two


def test_packed_files_carry_no_time_of_their_making(sample):
    assert gzipped(b"rows")[4:8] == b"\0\0\0\0"
    for path in sample.rglob("*.gz"):
        assert path.read_bytes()[4:8] == b"\0\0\0\0", path.name
        with gzip.open(path) as file:
            assert file.readline()


def test_a_new_run_leaves_no_file_of_the_run_before_and_touches_nothing_else(tmp_path):
    notes = tmp_path / "stripe" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("keep me")
    stale = [tmp_path / "stripe" / "invoice.parquet", tmp_path / "FAULTS.csv"]
    for path in stale:
        path.write_text("old")
    write_company(CompanySettings(accounts=40, months=6), tmp_path, "csv", clean=True)
    assert notes.read_text() == "keep me"
    assert not any(path.exists() for path in stale)


def test_no_machine_path_is_written_into_the_sample(sample):
    for path in everything(sample).values():
        assert str(PROJECT).encode() not in content(path), path.name


def test_parquet_holds_the_same_rows_as_csv_and_the_same_faults_but_broken_lines(
    sample, tmp_path, declared
):
    write_company(CompanySettings(), tmp_path, "parquet", clean=False)
    listed = [rows_of(folder / "FAULTS.csv") for folder in (sample, tmp_path)]
    in_csv = [row for row in listed[0] if row["rule_id"] != "malformed_line"]
    assert len(in_csv) == len(listed[1])
    assert [row["record_id"] for row in in_csv if row["source_table"] != "tracks"] == [
        row["record_id"] for row in listed[1] if row["source_table"] != "tracks"
    ]
    broken = Counter((r["source_system"], r["source_table"]) for r in listed[0] if r["line_number"])
    for name in declared:
        system, table = name.split(".")
        files = (tmp_path / system).glob(f"{'tracks_*' if table == 'tracks' else table}.parquet")
        rows = sum(pq.read_metadata(path).num_rows for path in files)
        # a survey's remark may span two lines; two track events come twice more
        lines = sum(content(path).count(b"\n") - 1 for path in file_of(sample, name))
        lines -= broken[system, table] - (2 if table == "tracks" else 0)
        assert rows == lines or (table == "survey_response" and rows < lines), name
    events = pq.read_table(tmp_path / "product" / "tracks_extra.parquet")["id"].to_pylist()
    twice = {
        row["record_id"]
        for row in listed[1]
        if (row["source_table"], row["rule_id"]) == ("tracks", "duplicate_key")
    }
    assert twice == {each for each, times in Counter(events).items() if times == 2}
