"""How values read on a page and in a file, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboards.formats import shown
from dashboards.safety import csv_cell, without_email


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "share", "–"),
        (0.0, "share", "0 %"),
        (1.0, "share", "100 %"),
        (0.99996, "share", "100.0 %"),
        (Decimal("1284898.40"), "money", "1,284,898"),
        (Decimal("-1284898.60"), "money", "−1,284,899"),
        (Decimal("8742154.35"), "short_money", "8.74m"),
        (Decimal("56600000"), "short_money", "56.6m"),
        (-0.0224, "change", "−2.2 pt"),
        (36, "hours", "36 h"),
        (5407, "hours", "225 d"),
        ("missing_arr", "words", "Missing ARR"),
        (date(2026, 6, 30), "day", "2026-06-30"),
    ],
)
def test_a_value_reads_as_a_person_writes_it(value: Any, kind: str, text: str) -> None:
    assert shown(value, kind) == text


@pytest.mark.parametrize("text", ["=1+1", "+1 a", "-1+1", "@a", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["-5", "+5.25", "-1e6", -5, "a=b", "", Decimal("-5.2")])
def test_plain_numbers_and_harmless_text_stay_as_they_are(value: Any) -> None:
    assert csv_cell(value) == value


@pytest.mark.parametrize(
    "text", ["ada@sample.example", "mailto:a.b+c@x-y.example.org", "ada%40sample.example"]
)
def test_an_e_mail_address_is_taken_out(text: str) -> None:
    assert "sample" not in without_email(text)
    assert "x-y" not in without_email(text)


def test_text_without_an_address_is_left_alone() -> None:
    assert without_email("@SUM(1) at 5 @ 3 a@b") == "@SUM(1) at 5 @ 3 a@b"
