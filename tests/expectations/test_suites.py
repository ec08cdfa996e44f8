from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from expectations.catalogue import Table, contract_tables, declared_tables
from expectations.rules import ROW_RULES
from expectations.suites import SuiteError, load_suites

TABLES = {"marts.dim_accounts": Table("marts.dim_accounts", {"account_id": "string"})}
SUITE = {
    "suite": "accounts",
    "table": "marts.dim_accounts",
    "owner": "RevOps",
    "description": "Accounts.",
    "expectations": [
        {
            "name": "account_is_present",
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "account_id"},
            "meta": {
                "rule_id": "primary_key",
                "severity": "block",
                "dimension": "completeness",
                "description": "No account.",
                "remedy": "Mend the model.",
            },
        }
    ],
}


def written(folder: Path, *path_and_value: object, name: str = "accounts") -> Path:
    """A folder with the suite above, one of its values replaced (or dropped, for None)."""
    content = yaml.safe_load(yaml.safe_dump(SUITE))
    if path_and_value:
        *path, value = path_and_value
        place = content
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    (folder / "marts").mkdir()
    (folder / "marts" / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_a_suite_is_read_as_written(tmp_path):
    *_, suite = load_suites("marts", written(tmp_path), TABLES)
    assert (suite.name, suite.table, suite.owner) == ("accounts", "marts.dim_accounts", "RevOps")
    assert suite.expectations[0].rule_id == "primary_key"
    assert suite.expectations[0].columns == ("account_id",)


FIRST = ("expectations", 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("owner", None), "suite has no owner"),
        (("table", "marts.dim_customers"), "unknown table 'marts.dim_customers'"),
        (("suite", "renewals"), "name it after its file: accounts"),
        (("expectations", []), "the suite expects nothing"),
        (("exceptions", []), "unknown key 'exceptions'"),
        ((*FIRST, "type", "expect_magic"), "unknown expectation type 'expect_magic'"),
        ((*FIRST, "meta", "rule_id", "bad_day"), "unknown rule_id 'bad_day'"),
        ((*FIRST, "meta", "severity", "fatal"), "unknown severity 'fatal'"),
        ((*FIRST, "meta", "remedy", None), "meta has no remedy"),
        ((*FIRST, "kwargs", "column", "acct"), "unknown column 'acct'"),
        ((*FIRST, "kwargs", "mostly", 0.9), "kwargs has an unknown key 'mostly'"),
        ((*FIRST, "where", {"is_live": True}), "unknown column 'is_live'"),
        ((*FIRST, "kwargs", {}), "kwargs has no column"),
    ],
)
def test_a_faulty_suite_is_refused_with_its_file_and_place(tmp_path, change, message):
    with pytest.raises(SuiteError) as refusal:
        load_suites("marts", written(tmp_path, *change), TABLES)
    assert message in str(refusal.value)
    assert "marts/accounts.yml" in str(refusal.value)


def test_all_faults_of_a_suite_are_told_at_once(tmp_path):
    folder = written(tmp_path, *FIRST, "meta", {"rule_id": "bad_day", "severity": "fatal"})
    with pytest.raises(SuiteError) as refusal:
        load_suites("marts", folder, TABLES)
    assert len(str(refusal.value).splitlines()) == 5


def test_sql_that_names_no_record_is_refused(tmp_path):
    folder = written(
        tmp_path,
        *FIRST,
        {
            **SUITE["expectations"][0],
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": "select * from {batch}"},
        },
    )
    with pytest.raises(SuiteError, match="record_id"):
        load_suites("marts", folder, TABLES)


def test_a_layer_without_suites_is_a_fault_and_not_a_pass(tmp_path):
    with pytest.raises(SuiteError, match="no suite"):
        load_suites("marts", tmp_path, TABLES)


def test_text_that_is_not_yaml_is_refused(tmp_path):
    (tmp_path / "marts").mkdir()
    (tmp_path / "marts" / "accounts.yml").write_text("suite: [", encoding="utf-8")
    with pytest.raises(SuiteError, match="not readable as YAML"):
        load_suites("marts", tmp_path, TABLES)


@pytest.mark.parametrize("layer", ["conformed", "marts"])
def test_the_shipped_suites_load(layer):
    assert load_suites(layer)


def test_each_contract_table_has_a_suite_of_its_shape_and_key():
    tables = {table.name for table in contract_tables(declared_tables())}
    made = {
        suite.table: suite for suite in load_suites("conformed") if suite.name[:9] == "contract_"
    }
    assert len(tables) == 36
    assert made.keys() == tables
    for suite in made.values():
        rules = [entry.rule_id for entry in suite.expectations]
        assert {"contract_shape", "primary_key", "required_column"} <= set(rules), suite.table


def test_every_row_rule_has_a_policy_with_owner_and_remedy():
    import csv

    from expectations.catalogue import PROJECT

    path = PROJECT / "seeds" / "reference" / "quality_policy.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        policy = {row["rule_id"]: row for row in csv.DictReader(lines)}
    assert policy.keys() == ROW_RULES
    assert all(row["owner_team"] and row["remedy"] for row in policy.values())


def test_a_suite_and_the_policy_agree_on_how_severe_a_rule_is():
    import csv

    from expectations.catalogue import PROJECT

    path = PROJECT / "seeds" / "reference" / "quality_policy.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        severity = {row["rule_id"]: row["severity"] for row in csv.DictReader(lines)}
    for suite in load_suites("conformed"):
        for entry in suite.expectations:
            if entry.rule_id in ROW_RULES:
                assert entry.severity == severity[entry.rule_id], f"{suite.name}.{entry.name}"
