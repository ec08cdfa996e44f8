"""FAULTS.csv tells the truth: every fault is in the files, and nothing is faulty beyond it."""

import csv
import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest

from tests.unit.seeds.conftest import content, file_of

RULES = {
    "missing_renewal_date",
    "missing_arr",
    "negative_arr",
    "arr_billing_mismatch",
    "missing_segment",
    "unknown_segment",
    "missing_required_value",
    "duplicate_key",
    "unresolved_account",
    "alternate_id_spelling",
    "orphan_reference",
    "future_dated",
    "late_arrival",
    "date_out_of_range",
    "end_before_start",
    "activity_before_customer",
    "malformed_line",
    "missing_fx_rate",
}


@pytest.fixture(scope="module")
def faults(sample) -> list[dict]:
    with (sample / "FAULTS.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def lines(sample):
    """The physical lines of a file named in FAULTS.csv, the header first."""
    kept = {}

    def of(name: str) -> list[bytes]:
        if name not in kept:
            kept[name] = content(sample / name).split(b"\n")
        return kept[name]

    return of


@pytest.fixture(scope="module")
def records(lines, declared):
    """The rows of a faulty file with a key, split line by line: broken lines break no other."""

    def of(fault: dict, key: str | None = None) -> list[dict]:
        name = f"{fault['source_system']}.{fault['source_table']}"
        names = [column["name"] for column in declared[name]["columns"]]
        keys = declared[name]["config"]["meta"]["primary_key"]
        wanted = key or fault["record_id"]
        found = []
        for line in lines(fault["source_file"])[1:]:
            if all(part.encode() in line for part in wanted.split("|")):
                row = dict(zip(names, next(csv.reader([line.decode()])), strict=True))
                if "|".join(row[k] for k in keys) == wanted:
                    found.append(row)
        return found

    return of


def of_rule(faults, rule):
    found = [fault for fault in faults if fault["rule_id"] == rule]
    assert len(found) >= 3
    return found


def test_every_rule_is_planted_at_least_three_times_and_numbered(faults):
    assert {
        rule: count for rule, count in Counter(f["rule_id"] for f in faults).items() if count < 3
    } == {}
    assert {fault["rule_id"] for fault in faults} == RULES
    assert len({fault["fault_id"] for fault in faults}) == len(faults)


def test_an_account_carries_one_fault_only(faults):
    carried = Counter(
        fault["account_id"]
        for fault in faults
        if fault["account_id"] and fault["rule_id"] != "missing_fx_rate"
    )
    assert set(carried.values()) == {1}


def test_every_named_file_is_there_and_only_broken_lines_are_numbered(faults, sample):
    for fault in faults:
        assert (sample / fault["source_file"]).is_file(), fault
        assert bool(fault["line_number"]) == (fault["expected_in"] == "rejected"), fault
        assert (fault["expected_in"] == "rejected") == (fault["rule_id"] == "malformed_line")


@pytest.mark.parametrize(
    ("rule", "column", "broken"),
    [
        ("missing_renewal_date", "renewal_date_c", lambda v: v == ""),
        ("missing_arr", "arr_c", lambda v: v == ""),
        ("negative_arr", "arr_c", lambda v: Decimal(v) < 0),
        ("missing_segment", "segment_c", lambda v: v == ""),
        (
            "unknown_segment",
            "segment_c",
            lambda v: v and v not in ("Enterprise", "Mid-Market", "SMB"),
        ),
    ],
)
def test_required_account_fields_are_wrong_where_it_says(faults, records, rule, column, broken):
    for fault in of_rule(faults, rule):
        [row] = records(fault)
        assert broken(row[column])
        assert row["id"] == fault["account_id"]
        assert row["renewal_date_c"] or rule == "missing_renewal_date"


def test_the_arr_of_mismatched_accounts_is_more_than_one_per_cent_off(faults, records, clean, read):
    right = {row["id"]: Decimal(row["arr_c"]) for row in read(clean, "salesforce.account")}
    for fault in of_rule(faults, "arr_billing_mismatch"):
        [row] = records(fault)
        expected = right[fault["account_id"]]
        assert abs(Decimal(row["arr_c"]) - expected) > expected / 100


def test_duplicated_keys_are_there_twice(faults, records):
    kinds = set()
    for fault in of_rule(faults, "duplicate_key"):
        first, second = records(fault)
        kinds.add(first == second)
    assert kinds == {True, False}, "exact copies and copies with another content"


def test_empty_required_values_are_empty(faults, records):
    for fault in of_rule(faults, "missing_required_value"):
        [row] = records(fault)
        assert row[fault["detail"].split()[0]] == ""


def test_strangers_are_in_no_map_and_name_no_account(faults, records, sample):
    id_map = content(file_of(sample, "mdm.id_map")[0]).decode()
    for fault in of_rule(faults, "unresolved_account"):
        [row] = records(fault)
        assert fault["record_id"] not in id_map
        assert not row.get("metadata")
        assert not row.get("external_id")


def test_spelled_ids_mean_the_account_in_another_spelling(faults, records):
    spellings = set()
    for fault in of_rule(faults, "alternate_id_spelling"):
        [row] = records(fault)
        written, meant = row["account_id"], fault["account_id"]
        assert written != meant
        bare = written.strip()
        assert bare.upper() == meant.upper() or bare == meant[:15]
        spellings.add((len(written), written == written.upper(), written == written.lower()))
    assert len(spellings) == 4


def test_orphans_point_at_nothing(faults, records, sample):
    parents = {
        "ticket": ("organization_id", "zendesk.organization"),
        "invoice": ("customer_id", "stripe.customer"),
        "opportunity": ("account_id", "salesforce.account"),
    }
    for fault in of_rule(faults, "orphan_reference"):
        [row] = records(fault)
        column, parent = parents[fault["source_table"]]
        assert row[column]
        assert row[column] not in content(file_of(sample, parent)[0]).decode()


@pytest.mark.parametrize(
    ("rule", "low", "high"),
    [
        ("future_dated", -500, -1),
        ("late_arrival", 4, 60),
        ("activity_before_customer", 0, 1),
    ],
)
def test_events_come_when_it_says(faults, records, clean, read, rule, low, high):
    created = {row["id"]: row["created_date"] for row in read(clean, "salesforce.account")}
    for fault in of_rule(faults, rule):
        [row] = records(fault)
        happened, received = (datetime.fromisoformat(row[c]) for c in ("timestamp", "received_at"))
        assert low <= (received - happened).days <= high
        assert row["received_at"] <= "2026-06-30 23:59:59"
        early = row["timestamp"] < created[fault["account_id"]]
        assert early == (rule == "activity_before_customer")


def test_dates_are_out_of_range_or_reversed(faults, records):
    for fault in of_rule(faults, "date_out_of_range"):
        [row] = records(fault)
        assert any(value[:4] in ("1900", "2206") for value in row.values())
    for fault in of_rule(faults, "end_before_start"):
        [row] = records(fault)
        assert row["end_date"] < row["start_date"]


def test_currencies_without_a_rate_are_in_no_rate_file(faults, records, sample):
    rates = content(file_of(sample, "finance.fx_rates")[0]).decode()
    for fault in of_rule(faults, "missing_fx_rate"):
        [row] = records(fault)
        currency = (row.get("currency") or row["currency_iso_code"]).upper()
        assert re.fullmatch("[A-Z]{3}", currency)
        assert currency not in rates


def test_broken_lines_stand_where_it_says_and_break_no_other_line(faults, lines, declared):
    for fault in of_rule(faults, "malformed_line"):
        line = lines(fault["source_file"])[int(fault["line_number"]) - 1]
        name = f"{fault['source_system']}.{fault['source_table']}"
        columns = [column["name"] for column in declared[name]["columns"]]
        assert line.startswith(fault["record_id"].encode() + b",")
        try:
            values = next(csv.reader([line.decode()], strict=True))
        except (UnicodeDecodeError, csv.Error):
            continue  # not UTF-8, a NUL byte, or a quote that is never closed
        if len(values) == len(columns):
            broken = dict(zip(columns, values, strict=True))[fault["field_name"]]
            assert broken in (
                "twelve hundred",
                "2025-02-30 10:00:00",
                "perhaps",
                "fast",
                "2025-13-01 08:00:00",
                "Cannot\0log in",
            )


def test_nothing_is_faulty_beyond_the_list(faults, sample, clean, read, declared):
    """Every line that the clean company doesn't have belongs to a listed record or account."""
    listed = {part for fault in faults for part in fault["record_id"].split("|")}
    listed |= {fault["account_id"] for fault in faults} - {""}
    foreign = {f["account_id"] for f in faults if f["rule_id"] == "missing_fx_rate"}
    listed |= {
        row["source_id"]
        for row in read(clean, "mdm.id_map")
        if row["account_id"] in foreign and row["source_system"] == "stripe"
    }
    strangers = {f["record_id"] for f in faults if f["source_table"] == "customer"}
    for line in content(file_of(sample, "stripe.subscription")[0]).decode().split("\n"):
        if any(stranger in line for stranger in strangers):
            listed.add(line.split(",", 1)[0])
    marks = re.compile(
        b"|".join(
            re.escape(mark.encode())
            for mark in sorted(listed - {"zendesk", "organization"}, key=len, reverse=True)
        )
    )
    for name in declared:
        for path in file_of(sample, name):
            [twin] = [
                p for p in file_of(clean, name) if p.name.split(".")[0] == path.name.split(".")[0]
            ]
            rest = Counter(content(twin).split(b"\n"))
            rest.subtract(content(path).split(b"\n"))
            for line, count in rest.items():
                foreign_price = name == "stripe.price" and re.search(b"(SEK|NOK|CHF),", line)
                assert count == 0 or foreign_price or marks.search(line), (name, line)
