"""Ids, working hours and the command line of the generator."""

from datetime import UTC, datetime

import numpy as np
import pytest

from seeds.generate import main
from seeds.generator.days import add_months, business_minutes
from seeds.generator.identifiers import numbered, salesforce, scrambled
from seeds.generator.settings import CompanySettings


def checked(short: str) -> str:
    """The published check of Salesforce ids: five characters at a time, capitals as bits."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    groups = (short[:5], short[5:10], short[10:])
    return short + "".join(
        alphabet[sum(letter.isupper() << place for place, letter in enumerate(group))]
        for group in groups
    )


def test_salesforce_ids_carry_their_check_and_differ_without_regard_to_case():
    ids = salesforce("001", np.arange(50_000), 7).to_pylist()
    assert all(checked(each[:15]) == each for each in ids)
    assert len({each.upper() for each in ids}) == len({each[:15] for each in ids}) == len(ids)


def test_scrambled_and_numbered_ids_are_unique():
    numbers = np.concatenate([np.arange(50_000), np.arange(900_000_000, 900_000_100)])
    assert len(set(scrambled("cus_", numbers, 12, 7).to_pylist())) == len(numbers)
    assert numbered("evt_", np.array([0, 7, 123_456_789]), 9).to_pylist() == [
        "evt_000000000",
        "evt_000000007",
        "evt_123456789",
    ]
    assert numbered("u", np.array([1_234_567]), 7).to_pylist() == ["u1234567"]


@pytest.mark.parametrize(
    ("first", "last", "minutes"),
    [
        ("2026-06-19 16:00", "2026-06-22 10:00", 120),  # Friday to Monday
        ("2026-06-20 03:00", "2026-06-21 23:00", 0),  # a weekend
        ("2026-06-20 12:00", "2026-06-20 15:00", 0),  # a Saturday
        ("2026-06-17 08:00", "2026-06-17 18:00", 480),  # a day
        ("2026-06-15 12:30", "2026-06-22 12:30", 5 * 480),  # a week
    ],
)
def test_business_minutes_count_monday_to_friday_nine_to_five(first, last, minutes):
    start, end = (
        np.array([int(datetime.fromisoformat(t).replace(tzinfo=UTC).timestamp())])
        for t in (first, last)
    )
    assert business_minutes(start, end)[0] == minutes


def test_months_are_added_on_the_same_day_of_the_month():
    days = np.array(["2024-01-28", "2023-11-05"], dtype="datetime64[D]").astype(np.int64)
    moved = add_months(days, np.array([13, 3])).astype("datetime64[D]").astype(str)
    assert moved.tolist() == ["2025-02-28", "2024-02-05"]


def test_help_shows_what_to_type(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "--accounts 100000 --format parquet" in shown
    assert "--clean" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["--accounts", "3"],
        ["--months", "2"],
        ["--usage-per-account", "-1"],
        ["--accounts", "40", "--months", "6"],
        ["--end", "2026-06-15"],
    ],
)
def test_an_impossible_company_is_refused_before_anything_is_written(arguments, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--out", str(tmp_path / "company")])
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err
    assert not (tmp_path / "company").exists()


def test_streams_of_one_topic_do_not_depend_on_other_topics():
    settings = CompanySettings()
    assert settings.random("tickets").random() == settings.random("tickets").random()
    assert settings.random("tickets").random() != settings.random("invoices").random()
    assert settings.random("tracks", 1, 0).random() != settings.random("tracks", 0, 1).random()
