"""Formats that land, files that are refused with a clear word, and what is left after each."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.ingestion.files import inspected, refuse_if_changed, table_files
from orchestration.ingestion.landing import Load, land_table
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.source_tables import Column, SourceTable

from .conftest import HEADER, TICKETS, Land, row

LINES = [HEADER, *(row(n) for n in range(1, 4))]
TEXT = "\n".join(LINES) + "\n"
ROWS = "select * exclude (_source_file, _load_id, _loaded_at) from raw_desk.tickets order by 1"


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "tickets.csv": TEXT.encode(),
        "tickets_mark.csv": b"\xef\xbb\xbf" + TEXT.encode(),
        "tickets_crlf.csv": TEXT.replace("\n", "\r\n").encode(),
        "tickets_mixed.csv": TEXT.replace("\n", "\r\n", 2).encode(),
        "tickets_open_end.csv": TEXT.rstrip("\n").encode(),
        "tickets_blank.csv": (TEXT.replace("\n", "\n\n") + "\n\r\n").encode(),
        "tickets_quoted.csv": TEXT.replace("hello", '"hello"').encode(),
        "tickets_capitals.csv": (HEADER.upper() + TEXT.removeprefix(HEADER)).encode(),
        "tickets.csv.gz": gzip.compress(TEXT.encode()),
        "tickets_two.csv.gz": gzip.compress(TEXT[:99].encode()) + gzip.compress(TEXT[99:].encode()),
        "tickets.tsv": TEXT.replace(",", "\t").encode(),
        "tickets_semicolon.csv": TEXT.replace(",", ";").encode(),
        "tickets.psv": TEXT.replace(",", "|").encode(),
        "tickets_other_order.csv": "\n".join(
            ",".join(reversed(line.split(","))) for line in LINES
        ).encode(),
    }.items(),
)
def test_every_format_gives_the_same_rows_and_the_same_hashes(
    name: str, content: bytes, land: Land, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    land(content, name)
    rows = connection.execute(ROWS).fetchall()
    connection.execute("delete from raw_desk.tickets")
    connection.execute("delete from landing._file_manifest")
    land(LINES, "tickets_plain.csv")
    assert len(rows) == 3
    assert rows == connection.execute(ROWS).fetchall()


def test_a_faulty_line_elsewhere_changes_nothing_about_the_good_rows(land, connection):
    """The fast and the line-by-line reader agree on every value and hash."""
    values = ['"a ""b"" c"', '""', "  x ", "é€😀", "'", '"a,b"', "NULL", "null", "\\N", "\t"]
    lines = [HEADER, *(row(n, subject=one) for n, one in enumerate(values))]
    lines.append("T-100,A-1, 7 ,1e2,F,2026-01-01 00:00,2026-01-02T03:04:05+02:00,,")
    lines.append('T-101,A-1,-7.0,-0.005,1,2026/1/5,2026-01-02 03:04:05.123456Z,"",""')
    land(lines, "tickets_1.csv")
    rows = connection.execute(ROWS).fetchall()
    connection.execute("delete from raw_desk.tickets")
    land([*lines, "T-0,faulty"], "tickets_2.csv")
    assert connection.execute(ROWS).fetchall() == rows
    assert len(rows) == len(values) + 2


def test_a_time_with_an_offset_is_moved_to_utc_and_one_without_is_taken_as_utc(land, connection):
    times = ["2026-01-02 03:04:05", "2026-01-02T05:04:05+02:00", "2026-01-01T21:34:05-0530"]
    land([HEADER, *(row(n).replace("2026-01-02 03:04:05", t) for n, t in enumerate(times))])
    found = connection.execute("select distinct updated_at::varchar from raw_desk.tickets")
    assert found.fetchall() == [("2026-01-02 03:04:05",)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tickets.csv", b"", "empty (0 bytes)"),
        ("tickets.csv", TEXT[:-40].encode(), "cut off in line 4"),
        ("tickets.csv", (TEXT + row(9, body='"text')).encode(), "cut off in line 5"),
        ("tickets.csv", (TEXT + row(9, body='"text\nmore')).encode(), "cut off in line 5"),
        ("tickets.csv.gz", gzip.compress(TEXT.encode() * 999)[:-30], "truncated or damaged"),
        ("tickets.csv.gz", TEXT.encode(), "its content is not gzip"),
        ("tickets.csv", gzip.compress(TEXT.encode()), "its content is gzip"),
        ("tickets.parquet", TEXT.encode(), "its content is not Parquet"),
        ("tickets.parquet", b"PAR1" + bytes(500), "truncated or not Parquet"),
        ("tickets.csv", b"PK\x03\x04" + bytes(99), "a zip archive or an Excel workbook"),
        ("tickets.csv", TEXT.encode("utf-16"), "UTF-16"),
        ("tickets.csv", b"ticket_id,pr\xe9nom\n1,x\n", "its first line is not UTF-8"),
        ("tickets.csv", bytes(range(256)) * 20, "binary"),
        ("tickets.csv", b"\x01\x02\x00\x07" * 20, "binary"),
        ("tickets.csv", b"\n" + TEXT.encode(), "first line is empty"),
        ("tickets.csv", row(1).encode() + b"\n", "none of its columns is known"),
        ("tickets.csv", b"id,name\n1,x\n", "none of its columns is known"),
        (
            "tickets.csv",
            TEXT.replace("created_on", "createdon").encode(),
            "renamed to 'createdon'?",
        ),
        ("tickets.csv", TEXT.replace("subject", "ticket_id").encode(), "in the header twice"),
        ("tickets.csv", TEXT.replace(",body", ',"bo').encode(), "header line can't be read"),
    ],
)
def test_a_file_that_can_not_be_trusted_is_refused_and_the_last_good_rows_stay(
    name: str, content: bytes, said: str, land: Land, connection: duckdb.DuckDBPyConnection
) -> None:
    land(LINES, name if name == "tickets.csv" else "tickets_old.csv")
    before = connection.execute(ROWS).fetchall()
    with pytest.raises(LandingError, match=name) as refusal:
        land(content, name)
    assert said in str(refusal.value)
    assert refusal.value.remedy
    assert connection.execute(ROWS).fetchall() == before
    statuses = connection.execute("select status from landing._file_manifest").fetchall()
    assert statuses == [("landed",), ("refused",)]


def test_a_column_that_changed_its_type_stops_the_file_and_says_how_many_values(land, connection):
    with pytest.raises(LandingError, match="30 of its 30 values are not a date") as refusal:
        land([HEADER, *(row(n).replace("2026-01-01", "01.01.26") for n in range(30))])
    assert refusal.value.column == "created_on"


def test_a_file_that_is_not_utf_8_throughout_is_refused_not_quarantined_line_by_line(land):
    text = "\n".join([HEADER, *(row(n, subject="é") for n in range(30))])
    with pytest.raises(LandingError, match="is not UTF-8: 30 lines"):
        land(text.encode("latin-1"))


def test_a_header_without_rows_lands_nothing_and_says_so(land, connection):
    result = land(HEADER.encode())
    assert (result.rows_in, result.files) == (0, ("tickets.csv",))
    assert "header and no rows" in result.warnings[0]


def test_unknown_columns_land_as_text_and_missing_optional_ones_are_null_and_both_are_said(
    land, connection
):
    result = land(["ticket_id,account_id,created_on,mood,_row_hash", "T-1,A-1,2026-01-01,good,x"])
    assert result.unknown_columns == ("mood", "file__row_hash")
    assert set(result.missing_columns) == {
        "priority", "amount", "is_open", "updated_at", "subject", "body",
    }  # fmt: skip
    found = connection.execute("select mood, file__row_hash, amount from raw_desk.tickets")
    assert found.fetchall() == [("good", "x", None)]
    land(LINES, "tickets_2.csv")
    assert connection.execute("select count(mood), count(*) from raw_desk.tickets").fetchone() == (
        1,
        4,
    )


def test_a_row_without_a_required_value_lands_for_the_gate_to_judge(land, connection):
    result = land([HEADER, row(1).replace("A-1", "")])
    assert (result.rows_landed, result.rows_rejected) == (1, 0)


def test_an_ambiguous_delimiter_is_asked_for_and_a_declared_one_is_believed(land, connection):
    table = SourceTable("desk", "pairs", (Column("a", "varchar"), Column("b", "varchar")))
    with pytest.raises(LandingError, match="ambiguous"):
        land(["a,b;b", "1,2"], "pairs.csv", table)
    declared = SourceTable("desk", "pairs", table.columns, delimiter=",")
    assert land(["a,b;b", "1,2"], "pairs.csv", declared).unknown_columns == ("b;b",)


def parquet_file(path: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_lands_with_other_physical_types_and_rejects_what_does_not_cast(
    connection: duckdb.DuckDBPyConnection, load: Load, folder: Path
) -> None:
    moment = pa.array([1767323045000000] * 3, pa.timestamp("us", tz="America/New_York"))
    path = parquet_file(
        folder / "tickets.parquet",
        ticket_id=pa.array([1, 2, 3]),
        account_id=pa.array(["A", "A", "A"]),
        priority=pa.array([1.0, 2.5, 3.0]),
        amount=pa.array([1, 2, 3], pa.int32()),
        created_on=pa.array([date(2026, 1, 1)] * 3),
        updated_at=moment,
        mood=pa.array([["good"], [], None]),
    )
    result = land_table(connection, TICKETS, [path], load, folder)
    rows = connection.execute(
        "select ticket_id, priority, amount, updated_at::varchar, mood from raw_desk.tickets"
    ).fetchall()
    assert [one[:2] for one in rows] == [("1", 1), ("3", 3)]
    assert rows[0][3:] == ("2026-01-02 03:04:05", "[good]")
    assert (result.rows_in, result.rows_landed, result.rows_rejected) == (3, 2, 1)
    rejected = connection.execute(
        "select line_number, column_name, reason, raw_text from raw_desk.tickets__rejected"
    ).fetchone()
    assert rejected[:3] == (2, "priority", "priority: '2.5' is not a integer")
    assert '"ticket_id":2' in rejected[3]


def test_a_cut_off_parquet_file_is_refused(connection, load, folder):
    path = parquet_file(folder / "tickets.parquet", ticket_id=pa.array(["1"] * 9999))
    path.write_bytes(path.read_bytes()[:-99])
    with pytest.raises(LandingError, match="truncated or not Parquet"):
        land_table(connection, TICKETS, [path], load, folder)


def test_only_files_inside_the_folder_with_allowed_names_are_found(folder, tmp_path):
    (tmp_path / "secret.csv").write_text(TEXT)
    (folder / "tickets.csv").write_text(TEXT)
    (folder / "tickets.tmp").write_text(TEXT)
    (folder / ".tickets.csv").write_text(TEXT)
    assert [path.name for path in table_files(folder, "tickets*.*")] == ["tickets.csv"]
    (folder / "tickets_link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(LandingError, match="leads out of the system's folder"):
        table_files(folder, "tickets*.*")
    (folder / "tickets_link.csv").unlink()
    (folder / "tickets'); drop table x; --.csv").write_text(TEXT)
    with pytest.raises(LandingError, match="letters that are not allowed"):
        table_files(folder, "tickets*.*")


def test_one_table_in_two_formats_is_refused_rather_than_counted_twice(folder):
    (folder / "tickets.csv").write_text(TEXT)
    (folder / "tickets.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    with pytest.raises(LandingError, match="same file in two formats"):
        table_files(folder, "tickets*.*")


def test_the_star_of_an_extension_is_not_part_of_a_name(folder):
    for name in ("tickets.csv", "tickets.old.csv", "tickets.csv.bak", "tickets_2.csv"):
        (folder / name).write_text(TEXT)
    assert [path.name for path in table_files(folder, "tickets.*")] == ["tickets.csv"]
    assert len(table_files(folder, "tickets*.*")) == 3


def test_a_file_that_changes_while_it_is_read_is_refused(folder):
    path = folder / "tickets.csv"
    path.write_text(TEXT)
    file = inspected(path, "tickets.csv")
    path.write_text(TEXT.replace("hello", "other"))
    with pytest.raises(LandingError, match="changed while it was being read"):
        refuse_if_changed(file)


def test_a_folder_with_pattern_letters_in_its_name_is_read_as_it_is(connection, load, tmp_path):
    folder, other = tmp_path / "a[b]*'\"", tmp_path / "abc'\""
    for place in (folder, other):
        place.mkdir()
        (place / "tickets.csv").write_text(HEADER)
        parquet_file(place / "tickets_2.parquet", ticket_id=pa.array(["other"]))
    (folder / "tickets.csv").write_text(TEXT)
    path = parquet_file(
        folder / "tickets_2.parquet",
        ticket_id=pa.array(["T-9"]),
        account_id=pa.array(["A-9"]),
        created_on=pa.array([date(2026, 1, 1)]),
    )
    paths = [folder / "tickets.csv", path]
    assert land_table(connection, TICKETS, paths, load, folder).rows_landed == 4
