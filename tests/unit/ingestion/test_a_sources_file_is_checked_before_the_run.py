"""Every mistake in a sources file is named with its key and a remedy, all of them at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.ingestion.configuration import load_sources
from orchestration.ingestion.contract import contract_tables
from orchestration.ingestion.problems import ConfigurationError
from orchestration.ingestion.source_tables import source_systems
from orchestration.settings import PROJECT


def mapped(**contract: Any) -> dict[str, Any]:
    """A sources file with one `files` system of two raw tables."""
    return {
        "version": 1,
        "systems": {
            "ours": {
                "adapter": "files",
                "path": "exports",
                "tables": {
                    "firms": {
                        "file": "firms*.csv",
                        "primary_key": "firm_id",
                        "columns": {
                            "firm_id": "varchar!",
                            "title": "varchar",
                            "since": {"type": "date", "format": "%d.%m.%Y"},
                            "seats": "integer",
                        },
                    },
                    "deals": {
                        "file": "deals.csv",
                        "primary_key": ["deal_id"],
                        "columns": {"deal_id": "varchar!", "firm_id": "varchar", "sum": "varchar"},
                    },
                },
                "contract": contract or {"crm_accounts": ACCOUNTS},
            }
        },
    }


ACCOUNTS: dict[str, Any] = {
    "from": "firms",
    "columns": {"account_id": "firm_id", "account_name": "title", "updated_at": "since"},
}


def with_value(**columns: Any) -> dict[str, Any]:
    return {**ACCOUNTS, "columns": {**ACCOUNTS["columns"], **columns}}


@pytest.fixture
def problems(tmp_path: Path):
    def found(content: dict[str, Any] | str) -> list[str]:
        (tmp_path / "exports").mkdir(exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (tmp_path / "sources.yml").write_text(text)
        try:
            load_sources(tmp_path / "sources.yml")
        except ConfigurationError as error:
            unclear = [one for one in error.problems if not one.remedy]
            return [f"no remedy: {unclear}"] if unclear else [str(one) for one in error.problems]
        return []

    return found


def test_the_shipped_files_are_valid(monkeypatch, tmp_path):
    sources = load_sources(PROJECT / "sources.yml")
    assert sources.built_in_systems == tuple(
        yaml.safe_load((PROJECT / "sources.yml").read_text())["systems"]
    )
    assert sum(len(system.tables) for system in sources.systems.values()) == 45
    monkeypatch.setenv("RAVENSTACK_DIR", str(tmp_path))
    example = load_sources(PROJECT / "examples/ravenstack/sources.yml")
    assert example.mapped_tables == (
        "billing_customers", "billing_subscription_items", "billing_subscriptions", "crm_accounts",
        "support_csat", "support_tickets", "usage_events",
    )  # fmt: skip


def test_raw_shapes_and_contract_come_from_the_dbt_project():
    systems = source_systems(PROJECT)
    assert set(systems) == {
        "salesforce", "stripe", "zendesk", "product", "gainsight", "hr", "finance", "mdm",
    }  # fmt: skip
    assert systems["salesforce"]["account"].primary_key == ("id",)
    contract = contract_tables(PROJECT)
    assert len(contract) == 36
    assert "updated_at" in contract["crm_accounts"].required_columns
    assert not any(c.name.startswith("_") for t in contract.values() for c in t.columns)


def test_a_valid_mapping_has_no_problem(problems):
    assert problems(mapped()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("systems: [", "file: not readable as YAML"),
        ("- a", "file: not a mapping of keys"),
        ({"version": 2, "systems": {"hr": {"path": "exports"}}}, "version: 2 is not 1"),
        ({"version": 1}, "systems: no system is named"),
        ({"version": 1, "sistems": {}}, "sistems: unknown key. Did you mean 'systems'?"),
        (
            {"version": 1, "systems": {"salesfroce": {"path": "exports"}}},
            "systems.salesfroce: unknown system. Did you mean 'salesforce'?",
        ),
        (
            {"version": 1, "systems": {"hr": {"path": "${CSOPS_NOT_SET}"}}},
            "systems.hr.path: the environment variable CSOPS_NOT_SET is not set. Set it: export",
        ),
        ({"version": 1, "systems": {"hr": {"path": "nowhere"}}}, "there is no folder"),
        ({"version": 1, "systems": {"hr": {"pth": "exports"}}}, "Did you mean 'path'?"),
        (
            {"version": 1, "systems": {"hr": {"path": "exports", "files": {"employes": "x.csv"}}}},
            "systems.hr.files.employes: unknown key. Did you mean 'employees'?",
        ),
        (
            {"version": 1, "systems": {"hr": {"path": "exports", "files": {"employees": "../x"}}}},
            "not a file name inside the system's folder",
        ),
        ({"version": 1, "as_of_date": "June", "systems": {}}, "as_of_date: 'June' is not a day"),
        ({"version": 1, "reporting_currency": "Euro", "systems": {}}, "'Euro' is not a currency"),
        (mapped(crm_acounts=ACCOUNTS), "Did you mean 'crm_accounts'?"),
        (
            mapped(crm_accounts={"from": "firms", "columns": {"account_id": "firm_id"}}),
            "crm_accounts.columns.account_name: is required and not mapped",
        ),
        (mapped(crm_accounts=with_value(segmnt="title")), "Did you mean 'segment'?"),
        (mapped(crm_accounts=with_value(segment="titel")), "Did you mean 'title'?"),
        (
            mapped(crm_accounts=with_value(segment={"sql": "titel"})),
            "names titel, which is no column",
        ),
        (mapped(crm_accounts={**ACCOUNTS, "from": "firm"}), "Did you mean 'firms'?"),
        (mapped(crm_accounts={**ACCOUNTS, "where": "seats >"}), "where: is not SQL"),
        (
            mapped(crm_accounts=with_value(created_at={"column": "since", "format": "dd.mm"})),
            "'dd.mm' is not a date format",
        ),
        (
            mapped(crm_accounts={**ACCOUNTS, "join": {"table": "deals", "by": "firm_id"}}),
            "doesn't name the whole primary key of deals",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_and_remedy(content, said, problems):
    assert any(said in problem for problem in problems(content)), problems(content)


def test_a_mistake_is_told_with_the_file_it_is_in(tmp_path):
    (tmp_path / "mine.yml").write_text("version: 1")
    with pytest.raises(ConfigurationError, match=r"mine\.yml: systems: no system is named"):
        load_sources(tmp_path / "mine.yml")
    with pytest.raises(ConfigurationError, match=r"other\.yml: file: there is no such file"):
        load_sources(tmp_path / "other.yml")


def test_all_mistakes_are_told_at_once(problems):
    content = mapped(crm_accounts=with_value(segmnt="title", region={"sql": "nothing"}))
    content["version"] = 3
    assert len(problems(content)) >= 3


INJECTIONS = [
    "1); drop table x; select (1",
    "1) from read_csv('/etc/passwd') --",
    "(select content from read_text('/etc/passwd'))",
    "(select 1)",
    "title; attach 'x.db'",
    "getenv('HOME')",
    "current_setting('secret_directory')",
    "read_text('/etc/passwd')",
    "read_blob('/etc/passwd')",
    "glob('/*')",
    "query('select 1')",
    "query_table('firms')",
    "pg_read_file('/etc/passwd')",
    "nextval('x')",
    "now()",
    "random()",
    "current_date",
    "today()",
    "error('x')",
    "max(title)",
    "row_number() over ()",
    "exists (select 1)",
    "title in (select 1)",
    "any_value(title)",
    "unnest([1,2])",
    "list_transform([1], lambda x: x)",
    "*",
    "firms.*",
    "columns('.*')",
    "?",
    "$1",
    "title, seats",
    "title) , (seats",
    "",
    "--",
    "/*",
    "title /* ",
    "'x' || chr(0) || (table firms)",
    "duckdb_secrets()",
    "main.getvariable('x')",
    "getvariable('x')",
    "system.main.upper('x')",
    "write_log('x')",
    "parse_path('/etc')",
    "cast(title as nothing)",
    "1) union select (2",
    "1) where (1=1",
    "1) limit (1",
    "1 group by 1",
    "case when (select 1) then 1 end",
    "upper((from firms select title limit 1))",
    "x'; drop table firms; --",
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("place", ["columns", "where"])
def test_an_expression_can_only_compute_from_the_columns_of_its_row(text, place, problems):
    entry = with_value(segment={"sql": text}) if place == "columns" else {**ACCOUNTS, "where": text}
    found = problems(mapped(crm_accounts=entry))
    assert found
    assert re.search(r"segment|where", found[0])


@pytest.mark.parametrize(
    "text",
    [
        "case when seats > 100 then 'Enterprise' when seats is null then null else 'SMB' end",
        "coalesce(nullif(trim(title), ''), firm_id) || ' (' || seats || ')'",
        "seats between 1 and 5 or title like '%x' and not seats in (1, 2)",
        "cast(since as varchar)",
        "date_trunc('month', since)",
        "year(since) * 12 - 1.5 -- a comment",
        "regexp_replace(lower(title), '[^a-z]', '', 'g')",
        "';drop table firms'",
        "firms.title",
    ],
)
def test_ordinary_expressions_are_allowed(text, problems):
    assert problems(mapped(crm_accounts=with_value(segment={"sql": text}))) == []


@pytest.mark.parametrize(
    "name",
    ['x" varchar); drop table y; --', "x'; select 1", "a b", "select", "größe", "x\ny", "%s{0}"],
)
def test_any_column_name_of_a_file_is_only_ever_a_name(name, problems):
    content = mapped()
    content["systems"]["ours"]["tables"]["firms"]["columns"][name] = "varchar"
    content["systems"]["ours"]["contract"]["crm_accounts"] = with_value(segment={"column": name})
    assert problems(content) == []
