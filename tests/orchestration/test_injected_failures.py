"""However the gate or the audit goes wrong, and whatever is selected, nothing gets published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from expectations.results import CheckResult, SuiteResult
from expectations.suites import Expectation, Suite
from orchestration.defs.publication.published_warehouse import published_warehouse
from orchestration.defs.quality.suites import suite_checks
from orchestration.publication import build_state
from orchestration.publication.versions import versions
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings
from tests.orchestration.conftest import DAY, write_marts

MART = dg.AssetKey(["marts", "dim_accounts"])
SUITE = Suite(
    name="accounts",
    layer="marts",
    table="marts.dim_accounts",
    owner="CS Ops",
    description="Accounts",
    expectations=(
        Expectation(
            name="arr_is_there",
            type="expect_column_values_to_not_be_null",
            kwargs={"column": "arr"},
            rule_id="required_column",
            severity="block",
            dimension="completeness",
            description="ARR is there.",
            remedy="Mend it.",
        ),
    ),
    key=("account_id",),
)


def answer(
    success: bool = True, error: str | None = None, name: str = "arr_is_there"
) -> CheckResult:
    return CheckResult(
        suite="accounts",
        name=name,
        table="marts.dim_accounts",
        column="arr",
        rule_id="required_column",
        severity="block",
        dimension="completeness",
        success=success,
        unexpected_count=0 if success else 1,
        element_count=100,
        unexpected_share=0.0 if success else 0.01,
        offending_keys=() if success else ("A1",),
        accounts_at_stake=None,
        arr_at_stake=None,
        observed="",
        description="ARR is there.",
        remedy="Mend it.",
        owner="CS Ops",
        error=error,
    )


def results(*checks: CheckResult) -> list[SuiteResult]:
    return [SuiteResult("accounts", "marts", "marts.dim_accounts", "CS Ops", checks)]


def explode(*_: object) -> list[SuiteResult]:
    raise RuntimeError("Great Expectations fell over")


def run_out_of_disk(*_: object) -> list[SuiteResult]:
    raise OSError(28, "No space left on device")


FAILURES: dict[str, Callable[..., Sequence[SuiteResult]]] = {
    "an exception": explode,
    "a full disk": run_out_of_disk,
    "no result at all": lambda *_: [],
    "a suite without checks": lambda *_: results(),
    "another check's result": lambda *_: results(answer(name="something_else")),
    "the same check twice": lambda *_: results(answer(), answer()),
    "a check that could not be answered": lambda *_: results(answer(error="no such column")),
    "a failing check": lambda *_: results(answer(success=False)),
    "a result that is no result": lambda *_: None,  # type: ignore[dict-item, return-value]
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose marts are built and wait for their audit."""
    settings = Settings(tmp_path, tmp_path / "sources.yml", DAY)
    settings.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        build_state.start_build(connection, DAY)
        build_state.record_conformed(connection, DAY)
        build_state.record_gate(connection, DAY, passed=True)
        write_marts(connection, 1000)
        build_state.record_built(connection, DAY)
    return tmp_path


def materialize(home: Path, *selected: str) -> bool:
    """Whether the audit and the publication, or only what is selected, went well in Dagster."""
    return materialized(home, *selected).success


def materialized(home: Path, *selected: str, suite: Suite = SUITE) -> dg.ExecuteInProcessResult:
    """Run the audit and the publication, or only what is selected, as Dagster does."""

    @dg.asset(key=MART)
    def mart() -> None: ...

    audit = suite_checks("audit", "marts", ["marts", "dim_accounts"], [suite])
    resource = Warehouse(home=str(home), as_of=DAY.isoformat(), wait_seconds=0)
    job = dg.Definitions(
        assets=[mart, published_warehouse([MART], {})],
        asset_checks=[audit],
        resources={"warehouse": resource},
        jobs=[
            dg.define_asset_job(
                "everything",
                selection=dg.AssetSelection.assets(*selected)
                if selected
                else dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
                executor_def=dg.in_process_executor,
            )
        ],
    ).resolve_job_def("everything")
    return job.execute_in_process(raise_on_error=False)


@pytest.mark.parametrize("failure", FAILURES)
def test_nothing_is_published_when_the_audit_ends_in(
    failure: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.validation.validate_suites", FAILURES[failure])
    assert materialize(home) is False
    assert versions(home / "published") == []
    assert materialize(home, "published/warehouse") is False
    assert versions(home / "published") == []


@pytest.mark.parametrize(
    ("severity", "success", "colour"),
    [
        ("block", True, "green"),
        ("block", False, "red"),
        ("warn", False, "yellow"),
    ],
)
def test_a_check_has_the_colour_of_what_it_found(
    severity: str, success: bool, colour: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UI shows a check that passed green, one that stopped the run red, any other yellow."""
    found = replace(answer(success=success), severity=severity)
    expectation = replace(SUITE.expectations[0], severity=severity)
    suite = replace(SUITE, expectations=(expectation,))
    monkeypatch.setattr("expectations.validation.validate_suites", lambda *_: results(found))
    checks = {
        one.check_name: (one.passed, one.severity)
        for one in materialized(home, suite=suite).get_asset_check_evaluations()
    }
    passed, told = checks["accounts__arr_is_there"]
    error = told == dg.AssetCheckSeverity.ERROR
    assert ("green" if passed else "red" if error else "yellow") == colour
    assert checks["audit_verdict"] == (colour != "red", dg.AssetCheckSeverity.ERROR)


def test_selecting_only_the_publication_gets_nothing_past_a_missing_audit(home: Path) -> None:
    assert materialize(home, "published/warehouse") is False
    assert versions(home / "published") == []


def test_an_audit_that_passes_is_published(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.validation.validate_suites", lambda *_: results(answer()))
    assert materialize(home) is True
    assert len(versions(home / "published")) == 1


def test_an_audit_that_passed_counts_no_longer_once_it_is_run_again_and_fails(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.validation.validate_suites", lambda *_: results(answer()))
    assert materialize(home) is True
    monkeypatch.setattr("expectations.validation.validate_suites", explode)
    assert materialize(home) is False
    assert materialize(home, "published/warehouse") is False
    assert len(versions(home / "published")) == 1
