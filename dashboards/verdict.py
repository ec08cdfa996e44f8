"""What every page says on top: the day, whether the data can be trusted, whether it is fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.formats import share
from dashboards.marts import Marts


@dataclass(frozen=True)
class Verdict:
    """Quality and freshness of one version; tones are good, fair or poor."""

    as_of: date
    quality: str
    quality_tone: str
    freshness: str
    freshness_tone: str
    checks: int
    warnings: int
    issues: int
    arr_at_stake: Decimal | None
    arr_share: float | None


def verdict_of(marts: Marts) -> Verdict:
    """The verdict on the published version: it passed gate and audit, or it weren't there."""
    checks, warnings = _checks(marts)
    issues, stake, part = _stake(marts)
    freshness, tone = _freshness(marts)
    quality = "passed"
    if warnings:
        quality += f", {warnings} of {checks} checks borne by policy"
    if part:
        quality += f", {share(part)} of ARR touched"
    return Verdict(
        as_of=marts.as_of,
        quality=quality,
        quality_tone="fair" if warnings or issues else "good",
        freshness=freshness,
        freshness_tone=tone,
        checks=checks,
        warnings=warnings,
        issues=issues,
        arr_at_stake=stake,
        arr_share=part,
    )


def _checks(marts: Marts) -> tuple[int, int]:
    if not marts.has("fct_quality_results"):
        return 0, 0
    found = marts.row(
        "select count(*) as checks, coalesce(sum(case when is_passed then 0 else 1 end), 0) "
        "as failed from marts.fct_quality_results where as_of_date = ?",
        [marts.as_of],
    )
    return int(found["checks"]), int(found["failed"])


def _stake(marts: Marts) -> tuple[int, Decimal | None, float | None]:
    """Faults, and the ARR of the accounts behind them, each account once."""
    if not marts.has("fct_data_issues", "dim_accounts"):
        return 0, None, None
    found = marts.row(
        "select coalesce(sum(issues), 0) as issues, coalesce(sum(stake), 0) as stake from ("
        "select account_id, count(*) as issues, max(arr_at_stake) as stake "
        "from marts.fct_data_issues group by account_id) as accounts"
    )
    total = marts.row("select sum(arr) as arr from marts.dim_accounts where is_customer")["arr"]
    part = float(found["stake"]) / float(total) if total else None
    return int(found["issues"]), found["stake"], part


def _freshness(marts: Marts) -> tuple[str, str]:
    if not marts.has("rpt_source_freshness"):
        return "not measured", "fair"
    found = marts.row(
        "select count(is_stale) as expected, coalesce(sum(case when is_stale then 1 else 0 end), 0)"
        " as stale from marts.rpt_source_freshness"
    )
    expected, stale = int(found["expected"]), int(found["stale"])
    if not expected:
        return "no source is expected to move", "fair"
    if stale:
        return f"{stale} of {expected} sources are late", "poor"
    return f"all {expected} sources on time", "good"
