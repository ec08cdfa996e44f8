"""SQL that gives the same answer for any past day, on any engine, with policy kept out of it."""

from __future__ import annotations

import re

import pytest

from tests.laws.house import ROOT, Model, models, without_comments

CLOCKS = r"\b(?:current_date|current_timestamp|localtimestamp|sysdate|(?:getdate|now|today)\s*\()"
ONE_ENGINE_ONLY = {
    "::": r"::",
    "qualify": r"\bqualify\b",
    "filter (where": r"\bfilter\s*\(\s*where\b",
    "group by all": r"\bgroup\s+by\s+all\b",
    "interval arithmetic": r"\binterval\s+'?\d",
    "unnest": r"\bunnest\b",
    "exclude": r"\*\s*exclude\b",
    "asof join": r"\basof\b",
    "arg_max": r"\barg_(max|min)\b",
    "median": r"\bmedian\b",
    "ilike": r"\bilike\b",
    "list literal": r"=\s*any\s*\(",
    "try_cast": r"\btry_cast\b",
}
# 0 and 1 are neutral; 12 is the months of a year; 100 turns a share into per cent and back.
NEUTRAL_NUMBERS = {"0", "1", "12", "100", "0.0", "1.0"}
# A window's frame (rows between 11 preceding …) counts rows and judges nothing.
THRESHOLD = r"(?:<=|>=|<|>|(?<!rows )\bbetween\b)\s*(-?\d+(?:\.\d+)?)\b"
BUSINESS_IDS = r"\b(00[0-9A-Za-z]{13}(?:[A-Z0-5]{3})?|cus_\w{6,}|sub_\w{6,}|A-[0-9a-f]{6})\b"
DATA_TESTS = sorted((ROOT / "dbt_project" / "data_tests").rglob("*.sql"))


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_no_model_asks_the_clock(model: Model) -> None:
    assert not re.findall(CLOCKS, model.sql), "use the as_of_date var"


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_is_portable_sql(model: Model) -> None:
    found = [name for name, pattern in ONE_ENGINE_ONLY.items() if re.search(pattern, model.sql)]
    assert not found, f"{model.path}: {found} runs on some engines only (CONTRIBUTING.md)"


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_threshold_is_data_and_not_a_literal(model: Model) -> None:
    jinja_blanked = re.sub(r"\{[{%].*?[}%]\}", " ", model.sql, flags=re.DOTALL)
    numbers = set(re.findall(THRESHOLD, jinja_blanked)) - NEUTRAL_NUMBERS
    assert not numbers, f"{model.path}: {numbers} belong in seeds/reference"


@pytest.mark.parametrize(
    "path", [m.path for m in models()] + DATA_TESTS, ids=lambda path: path.stem
)
def test_no_business_id_stands_in_sql(path) -> None:
    assert not re.findall(BUSINESS_IDS, without_comments(path.read_text(encoding="utf-8")))


def test_the_laws_see_what_they_forbid() -> None:
    assert re.search(CLOCKS, "where created_at < current_date")
    assert re.search(CLOCKS, "where created_at < now()")
    assert not re.search(CLOCKS, "inner join states as now on now.account_id = before.account_id")
    assert re.findall(THRESHOLD, "score between 40 and 70") == ["40"]
    assert not re.findall(THRESHOLD, "rows between 11 preceding and current row")
    assert re.findall(THRESHOLD, "case when score >= 70 then") == ["70"]
    assert re.search(BUSINESS_IDS, "account_id = '001XyzAbcDefGhI'")
    assert re.search(ONE_ENGINE_ONLY["interval arithmetic"], "d + interval '1' day")
