"""The site of a few hand-made marts: hostile names, missing marts, a build that fails halfway."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow.parquet
import pytest

from dashboards.build import build_site
from dashboards.marts import NothingPublishedError
from dashboards.render import NAVIGATION
from tests.support.published_home import publish_tables

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://evil.example","x")'
ISSUE = f"""
    select * from (values
        ('a', 'missing_arr', 'quarantine', 'RevOps', 'u1', '@SUM(1+1)', 'RevOps lead', 'salesforce',
         'crm_accounts', 'r1', 'https://crm.example/r1', 'acc1', '{SCRIPT}', 'smb', 'arr',
         'ada@sample.example has no ARR', 'Fill it', 10, 5, 1200.50, true,
         date '2026-06-20', date '2026-06-25'),
        ('b', 'duplicate_key', 'quarantine', 'CS Ops', null, null, 'CS Ops lead', 'zendesk',
         'support_tickets', '-5', 'javascript:alert(1)', 'acc2', '{FORMULA}', null, null,
         'twice there', '+49 151', null, 10, -3.25, false, null, null)
    ) as issues (
        issue_id, rule_id, severity, owner_team, owner_user_id, owner_name, escalates_to,
        source_system, contract_table, record_id, record_url, account_id, account_name, segment,
        field_name, fault, remedy, age_days, fix_days, arr_at_stake, is_overdue, first_seen_date,
        due_date)
"""
METRICS = f"""
    select 'nrr' as metric_name, 'Net revenue retention {SCRIPT}' as label,
        'Closed cohort, point to point' as description, 'RevOps' as owner_team, 2 as version,
        'share' as unit, 1.1 as target, 'higher' as direction, false as is_superseded
    union all
    select 'nrr_v1', 'Superseded', null, null, 1, null, null, null, true
"""
VALUES = """
    select * from (values
        ('nrr', 'company', 1.0796, date '2026-06-01'), ('nrr', 'company', 1.2, date '2026-05-01'),
        ('nrr', 'segment', 0.5, date '2026-06-01'))
    as monthly (metric_name, slice_type, metric_value, month_start_date)
"""
VERSIONS = """
    select 'nrr' as metric_name, 2 as version, date '2026-01-01' as effective_date,
        'Board' as approver, 'Closed cohort' as reason, true as is_in_force
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_tables(tmp_path, {"rpt_data_quality_fix_list": ISSUE, "dim_metrics": METRICS})
    return tmp_path


def _page(home: Path, name: str) -> str:
    return (home / "site" / name).read_text(encoding="utf-8")


def _cells(home: Path, name: str) -> list[dict[str, str]]:
    with (home / "site" / "downloads" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_hostile_name_is_text_on_a_page_and_no_formula_in_a_file(home: Path) -> None:
    build_site(home / "published", home / "site")
    for page in ("quality.html", "metrics.html"):
        assert SCRIPT not in _page(home, page)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in _page(home, page)
    assert 'href="https://crm.example/r1"' in _page(home, "quality.html")
    assert "javascript:" not in re.sub(r"downloads/\S+", "", _page(home, "quality.html"))
    [revops] = _cells(home, "fix-list-revops.csv")
    [cs_ops] = _cells(home, "fix-list-cs-ops.csv")
    assert revops["Account"] == SCRIPT
    assert revops["Account owner"] == "'@SUM(1+1)"
    assert cs_ops["Account"] == "'" + FORMULA
    assert cs_ops["What to do"] == "'+49 151"
    # A plain number stays one, also below zero.
    assert cs_ops["Record"] == "-5"
    assert cs_ops["ARR at stake"] == "-3.25"


def test_the_parquet_file_of_all_faults_is_as_safe_and_keeps_its_types(home: Path) -> None:
    build_site(home / "published", home / "site")
    rows = pyarrow.parquet.read_table(home / "site" / "downloads" / "fix-list.parquet").to_pylist()
    assert {row["account_name"] for row in rows} == {SCRIPT, "'" + FORMULA}
    assert sum(row["arr_at_stake"] for row in rows) == pytest.approx(1197.25)
    assert {str(row["due_date"]) for row in rows} == {"2026-06-25", "None"}


def test_no_e_mail_address_leaves_the_warehouse(home: Path) -> None:
    build_site(home / "published", home / "site")
    files = [file for file in (home / "site").rglob("*") if file.suffix in (".html", ".csv")]
    assert len(files) > 5
    for file in files:
        assert "ada@sample.example" not in file.read_text(encoding="utf-8"), file.name
    assert "[e-mail removed] has no ARR" in _page(home, "quality.html")
    table = pyarrow.parquet.read_table(home / "site" / "downloads" / "fix-list.parquet")
    assert "[e-mail removed] has no ARR" in table["fault"].to_pylist()


def test_the_dictionary_says_what_a_metric_means_is_and_was(tmp_path: Path) -> None:
    publish_tables(
        tmp_path,
        {
            "dim_metrics": METRICS,
            "fct_metric_values_monthly": VALUES,
            "fct_metric_versions": VERSIONS,
        },
    )
    build_site(tmp_path / "published", tmp_path / "site")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", _page(tmp_path, "metrics.html")))
    assert "Closed cohort, point to point" in text
    assert "In June 2026 108.0 %" in text
    assert "Target at least 110.0 %" in text
    assert "Version 2 from 2026-01-01 , in force: Closed cohort (Board)".replace(" ,", ",") in text
    assert "Superseded" not in text


def test_a_version_without_any_of_the_marts_has_every_page_and_says_what_lacks(
    tmp_path: Path,
) -> None:
    publish_tables(tmp_path, {"dim_dates": "select date '2026-06-30' as date_day"})
    made = build_site(tmp_path / "published", tmp_path / "site")
    assert made.pages == len(NAVIGATION)
    assert made.pages >= 8
    assert "not in this version" in _page(tmp_path, "index.html")
    assert "not in this version" in _page(tmp_path, "quality.html")
    assert "not published yet" in _page(tmp_path, "metrics.html")
    for page in ("index.html", "quality.html", "metrics.html"):
        assert "2026-06-30" in _page(tmp_path, page)


def test_before_the_first_publication_there_is_nothing_to_make_a_site_of(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="csops run"):
        build_site(tmp_path / "published", tmp_path / "site")


def test_the_same_version_is_rendered_once_and_a_new_one_replaces_it(home: Path) -> None:
    first = build_site(home / "published", home / "site")
    again = build_site(home / "published", home / "site")
    assert (first.is_new, again.is_new) == (True, False)
    publish_tables(home, {"rpt_data_quality_fix_list": ISSUE}, number=2)
    assert build_site(home / "published", home / "site").is_new
    assert "marts_2026-06-30_002" in _page(home, "index.html")
    assert "Net revenue retention" not in _page(home, "metrics.html")
    assert len(list((home / "sites").iterdir())) == 2


def test_a_build_that_fails_leaves_the_last_site_and_no_half_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_site(home / "published", home / "site")
    before = _page(home, "index.html")
    # A mart of another shape than the pages expect, as from an older version.
    publish_tables(home, {"rpt_data_quality_fix_list": "select 1 as issue_id"}, number=2)
    with pytest.raises(Exception, match="is_overdue"):
        build_site(home / "published", home / "site")
    assert _page(home, "index.html") == before
    assert [path.name for path in (home / "sites").iterdir() if path.name.startswith(".")] == []


def test_a_folder_in_the_place_of_the_site_is_never_overwritten(home: Path) -> None:
    (home / "site").mkdir()
    (home / "site" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RuntimeError, match="folder of its own"):
        build_site(home / "published", home / "site")
    assert (home / "site" / "mine.txt").read_text(encoding="utf-8") == "mine"
