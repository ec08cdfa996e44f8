"""The gate and the audit as asset checks: one for each expectation, one for the whole verdict."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import mart_keys, team
from orchestration.project import dbt_manifest
from orchestration.publication import build_state
from orchestration.publication.quality_results import keep_results
from orchestration.publication.versions import current_version, read_manifest
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

if TYPE_CHECKING:
    from expectations.gate import Verdict
    from expectations.results import CheckResult, SuiteResult
    from expectations.suites import Suite

VERDICT = "verdict"
SHOWN, LINE = 10, 400


@dg.definitions
def quality() -> dg.Definitions:
    """Gate on the input contract, audit on the marts; both stop what comes after them."""
    from expectations.catalogue import declared_tables
    from expectations.suites import load_suites

    tables = declared_tables()
    conformed, published = (load_suites(layer, tables=tables) for layer in ("conformed", "marts"))
    gate = suite_checks("gate", "conformed", ["conformed", "data_issues"], conformed)
    marts = mart_keys(dbt_manifest(Settings.from_environment()))
    audit = suite_checks("audit", "marts", ["marts", "dim_accounts"], published, marts)
    return dg.Definitions(assets=[kept_results()], asset_checks=[gate, audit])


def suite_checks(
    stage: str,
    layer: str,
    verdict_on: Sequence[str],
    suites: Sequence["Suite"],
    after: Sequence[dg.AssetKey] = (),
) -> dg.AssetChecksDefinition:
    """All checks of a layer in one step, so that Great Expectations is loaded once for all.

    Whichever checks are asked for, all are made and judged: the UI asks for some at a time. The
    verdict comes after the assets of `after`, whether or not a suite looks at them.
    """
    specs = [
        dg.AssetCheckSpec(
            name=check_name(suite.name, expectation.name),
            asset=dg.AssetKey(suite.table.split(".")),
            description=expectation.description,
            # A check on what comes before the layer can't block it: it is made after it.
            blocking=suite.table.split(".")[0] == layer,
            metadata={"owner": suite.owner, "rule": expectation.rule_id},
        )
        for suite in suites
        for expectation in suite.expectations
    ]
    verdict_spec = dg.AssetCheckSpec(
        name=f"{stage}_{VERDICT}",
        asset=dg.AssetKey(verdict_on),
        description=f"Whether the {stage} lets the run go on.",
        additional_deps=[key for key in after if key != dg.AssetKey(verdict_on)],
        blocking=True,
    )

    @dg.multi_asset_check(name=stage, specs=[*specs, verdict_spec], can_subset=True, pool=POOL)
    def checks(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        from expectations.gate import judge
        from expectations.validation import validate_suites

        settings = warehouse.settings
        _record(warehouse, stage, passed=False)
        with progress.step(stage, "Great Expectations") as step:
            results = validate_suites(settings.warehouse, layer, suites)
            published = published_rows(settings) if layer == "marts" else None
            verdict = judge(settings.warehouse, results, layer, suites, published)
            _keep(warehouse, stage, results, verdict)
            if verdict.passed:
                _record(warehouse, stage, passed=True)
            made = [_check_result(check, verdict) for result in results for check in result.checks]
            for answer in (*made, _verdict_result(verdict_spec, verdict)):
                key = dg.AssetCheckKey(answer.asset_key, answer.check_name)
                if key in context.selected_asset_check_keys:
                    yield answer
            step.text = _summary(verdict)
            for ruling in verdict.warnings:
                context.log.warning(ruling.sentence)
            if not verdict.passed:
                raise dg.Failure(description=_reason(verdict))

    return checks


def kept_results() -> dg.AssetSpec:
    """What gate and audit said of each day; the gate writes it before the marts are built."""
    return dg.AssetSpec(
        key=["ops", "quality_results"],
        deps=[dg.AssetKey(["conformed", "data_issues"])],
        description="Every check of the gate and the audit, day by day.",
        group_name="governance",
        owners=[team("Data Platform")],
        kinds={"python", "duckdb"},
    )


def published_rows(settings: Settings) -> dict[str, int]:
    """Rows of each mart in the version being read, unless that one is of a later day."""
    version = current_version(settings.published)
    if version is None:
        return {}
    manifest = read_manifest(settings.published, version)
    if manifest.as_of_date > settings.as_of:
        return {}
    return {name: part.rows for name, part in manifest.tables.items()}


def check_name(suite: str, expectation: str) -> str:
    """The name of an expectation's asset check; it says which suite it comes from."""
    return re.sub(r"[^A-Za-z0-9_]", "_", f"{suite}__{expectation}")


def _record(warehouse: Warehouse, stage: str, passed: bool) -> None:
    record = {"gate": build_state.record_gate, "audit": build_state.record_audit}[stage]
    with warehouse.connection() as connection:
        record(connection, warehouse.settings.as_of, passed)


def _keep(
    warehouse: Warehouse, stage: str, results: Sequence["SuiteResult"], verdict: "Verdict"
) -> None:
    with warehouse.connection() as connection:
        keep_results(connection, warehouse.settings.as_of, stage, results, verdict)


def _check_result(check: "CheckResult", verdict: "Verdict") -> dg.AssetCheckResult:
    stops = {ruling.check for ruling in verdict.blocking}
    blocks = {f"{check.suite}.{check.name}", check.name, check.rule_id} & stops
    metadata: dict[str, Any] = {
        "unexpected rows": check.unexpected_count,
        "rows": check.element_count,
        "unexpected share": check.unexpected_share,
        "offending keys": list(check.offending_keys) or None,
        "accounts at stake": check.accounts_at_stake,
        "ARR at stake": None if check.arr_at_stake is None else float(check.arr_at_stake),
        "observed": check.observed,
        "error": check.error,
        "remedy": None if check.success else check.remedy,
    }
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(check.table.split(".")),
        check_name=check_name(check.suite, check.name),
        passed=bool(check.success),
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        metadata={name: value for name, value in metadata.items() if value not in (None, "")},
    )


def _verdict_result(spec: dg.AssetCheckSpec, verdict: "Verdict") -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "checks": verdict.checks,
            "blocking": len(verdict.blocking),
            "warnings": len(verdict.warnings),
            "verdict": dg.MetadataValue.md("\n".join(f"- {line}" for line in verdict.sentences)),
        },
    )


def _reason(verdict: "Verdict") -> str:
    """What stopped the run, each fault in a line of bearable length."""
    lines = [" ".join(ruling.sentence.split()) for ruling in verdict.blocking]
    shown = [line if len(line) <= LINE else line[: LINE - 1] + "…" for line in lines[:SHOWN]]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([verdict.sentences[0], *shown, *more])


def _summary(verdict: "Verdict") -> str:
    stakes = [r.arr_at_stake for r in (*verdict.blocking, *verdict.warnings) if r.arr_at_stake]
    largest = f", up to {max(stakes):,.0f} ARR at stake by one rule" if stakes else ""
    blocking = f", {len(verdict.blocking)} BLOCKING" if verdict.blocking else ""
    return f"{verdict.checks} checks, {len(verdict.warnings)} warnings{blocking}{largest}"
