"""Lines in are lines landed, quarantined, blank or header: for any file, exactly."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingestion.landing import land_table, start_load
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.source_tables import Column, SourceTable

from .conftest import HEADER, TICKETS, row

GOOD = row(7)
FAULTS = {
    "too few values": lambda n: f"T-{n},A-1,3",
    "too many values": lambda n: row(n) + ",more",
    "a quote that opens and does not close": lambda n: row(n).replace("hello", '"hello'),
    "a quote that opens the line": lambda n: '"' + row(n),
    "a quote that only closes": lambda n: row(n).replace("hello", 'hello"'),
    "a quote inside a value": lambda n: row(n).replace("hello", 'he"llo'),
    "text after a closing quote": lambda n: row(n).replace("hello", '"he"llo'),
    "bytes that are not UTF-8": lambda n: row(n).encode().replace(b"hello", b"h\xe9llo"),
    "a NUL byte": lambda n: row(n).replace("hello", "he\0llo"),
    "a number that is none": lambda n: row(n).replace(f",{n}.50,", ",12 EUR,"),
    "a whole number with a fraction": lambda n: row(n).replace(f",{n % 5},", ",1.5,", 1),
    "a day that does not exist": lambda n: row(n).replace("2026-01-01", "2026-02-30"),
    "a time that does not exist": lambda n: row(n).replace("03:04:05", "25:04:05"),
    "a flag that is neither true nor false": lambda n: row(n).replace("true", "maybe"),
    "a carriage return inside": lambda n: row(n).replace("hello", "he\rllo"),
    "a number out of range": lambda n: row(n).replace(f",{n % 5},", ",99999999999,", 1),
}


def as_bytes(line: str | bytes) -> bytes:
    return line if isinstance(line, bytes) else line.encode()


def totals(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    columns = (
        "physical_lines, header_lines, blank_lines, lines_landed, lines_rejected, "
        "rows_in, rows_landed, rows_rejected"
    )
    found = connection.execute(
        f"select {columns} from landing._file_manifest where status = 'landed'"
    ).fetchone()
    return dict(zip(columns.split(", "), found or (), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_sixteen_kinds_of_fault_times_a_thousand_are_quarantined_and_no_good_row_is_lost(
    seed: int, connection, load, folder
) -> None:
    random_ = random.Random(seed)
    lines: list[tuple[str | None, str | bytes]] = []
    for kind in FAULTS:
        lines += [(kind, "")] * 1000
    lines += [(None, "")] * 40_000
    random_.shuffle(lines)
    content, line_number = [HEADER.encode()], 1
    bad: dict[int, tuple[str, str]] = {}
    good: dict[str, str | None] = {}
    for number, (kind, _) in enumerate(lines):
        line_number += 1
        if kind:
            line = FAULTS[kind](number)
            bad[line_number] = (kind, as_bytes(line).decode("utf-8", "replace"))
        elif number % 10 == 0:
            line = row(number, body='"first line,\nsecond ""line"", with commas,\r\n\nlast"')
            line_number += 3
            good[f"T-{number}"] = 'first line,\nsecond "line", with commas,\r\n\nlast'
        elif number % 10 == 1:
            line = row(number, subject='"Dear all,\nhello, friends, hello"', body="été")
            line_number += 1
            good[f"T-{number}"] = "été"
        else:
            line, good[f"T-{number}"] = row(number), None
        content.append(as_bytes(line))
        if number % 1000 == 0:
            content.append(b"")
            line_number += 1
    (folder / "tickets.csv").write_bytes(b"\n".join(content) + b"\n")

    result = land_table(connection, TICKETS, [folder / "tickets.csv"], load, folder)

    rejected = connection.execute(
        "select line_number, column_name, reason, raw_text, source_file "
        "from raw_desk.tickets__rejected"
    ).fetchall()
    landed = dict(connection.execute("select ticket_id, body from raw_desk.tickets").fetchall())
    numbers = {found[0] for found in rejected}
    assert {n: what for n, what in bad.items() if n not in numbers} == {}
    assert sorted(found[0] for found in rejected) == sorted(bad)
    assert landed == good
    assert all(reason and name == "tickets.csv" for *_, reason, _, name in rejected)
    assert all(
        raw.replace("\N{SYMBOL FOR NULL}", "\0") == bad[n][1] for n, _, _, raw, _ in rejected
    )
    named = {(bad[n][0], column) for n, column, *_ in rejected}
    assert {
        ("a number that is none", "amount"),
        ("a whole number with a fraction", "priority"),
        ("a day that does not exist", "created_on"),
        ("a time that does not exist", "updated_at"),
        ("a flag that is neither true nor false", "is_open"),
        ("too few values", "amount"),
    } <= named
    count = totals(connection)
    assert count["physical_lines"] == line_number
    assert count["rows_rejected"] == result.rows_rejected == len(bad) == 16_000
    assert count["rows_landed"] == result.rows_landed == len(good)


@pytest.mark.parametrize("kind", FAULTS)
def test_one_faulty_line_among_good_ones_is_the_only_one_quarantined(kind, land, connection):
    lines = [as_bytes(row(n)) for n in range(1, 6)]
    lines.insert(2, as_bytes(FAULTS[kind](8)))
    land(b"\n".join([HEADER.encode(), *lines]) + b"\n")
    assert connection.execute("select line_number from raw_desk.tickets__rejected").fetchall() == [
        (4,)
    ]
    assert connection.execute("select count(*) from raw_desk.tickets").fetchone() == (5,)


def test_good_rows_between_two_halves_of_a_broken_value_are_not_lost(land, connection):
    land([HEADER, 'T-0,A-1,3,"hello', row(1), row(2), 'and more"', row(3)])
    found = connection.execute("select line_number from raw_desk.tickets__rejected order by 1")
    assert found.fetchall() == [(2,), (5,)]
    assert connection.execute("select count(*) from raw_desk.tickets").fetchone() == (3,)


def test_a_table_of_one_column_counts_an_empty_line_as_blank_and_quotes_as_a_value(
    land, connection
):
    table = SourceTable("desk", "names", (Column("name", "varchar"),))
    land(["name", "a", "", '""', '"b', 'c"', "d,e"], "names.csv", table)
    count = totals(connection)
    assert (count["blank_lines"], count["rows_landed"], count["rows_rejected"]) == (1, 3, 1)
    found = connection.execute("select name from raw_desk.names order by name nulls first")
    assert found.fetchall() == [(None,), ("a",), ("b\nc",)]


PIECES = st.sampled_from(
    [
        *(as_bytes(make(8)) for make in FAULTS.values()),
        *(as_bytes(row(n)) for n in range(4)),
        as_bytes(row(5, body='"a\nb"')),
        as_bytes(row(6, body='"a,"",\r\n\n"')),
        as_bytes(row(6, subject='""', body='""""')),
        b"",
        b"\r",
        b'"',
        b'""',
        b",",
        b'","',
        b"\xff",
        b"\0",
        b"a,b,c,d,e,f,g,h,i",
    ]
)
NASTY = st.lists(st.tuples(PIECES, st.sampled_from([b"\n", b"\r\n", b"", b"\n\n"])), max_size=12)
BYTES = st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"1", b"\0", b"\xc3", b"\xa9"]))
PAIRS = SourceTable(
    "desk",
    "pairs",
    (Column("key", "varchar", required=True), Column("value", "integer")),
    primary_key=("key",),
)


def check_accounting(content: bytes, table: SourceTable, folder: Path) -> None:
    path = folder / f"{table.name}.csv"
    path.write_bytes(content)
    with duckdb.connect(":memory:") as connection:
        load = start_load(connection, date(2026, 6, 30))
        try:
            land_table(connection, table, [path], load, folder)
        except LandingError as error:
            stored = connection.execute(f"select count(*) from raw_desk.{table.name}").fetchone()
            disagrees = "control totals" in str(error)
            assert (disagrees, stored) == (False, (0,))
            return
        count = totals(connection)
        lines = content.count(b"\n") + (not content.endswith(b"\n"))
        parts = ("header_lines", "blank_lines", "lines_landed", "lines_rejected")
        assert count["physical_lines"] == lines == sum(count[part] for part in parts)
        stored = connection.execute(
            f"select (select count(*) from raw_desk.{table.name}), "
            f"(select count(*) from raw_desk.{table.name}__rejected), "
            f"(select coalesce(sum(line_count), 0) from raw_desk.{table.name}__rejected)"
        ).fetchone()
        assert stored == (count["rows_landed"], count["rows_rejected"], count["lines_rejected"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=NASTY)
def test_lines_add_up_for_any_mixture_of_good_and_faulty_lines(pieces, tmp_path_factory):
    content = HEADER.encode() + b"\n" + b"".join(line + end for line, end in pieces)
    check_accounting(content, TICKETS, tmp_path_factory.mktemp("nasty"))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=BYTES)
def test_lines_add_up_for_any_bytes_after_the_header(pieces, tmp_path_factory):
    check_accounting(b"key,value\n" + b"".join(pieces), PAIRS, tmp_path_factory.mktemp("bytes"))
