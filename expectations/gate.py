"""The verdict: which faults stop the run, which the policy bears, and why, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from expectations.policy import Policy, RuleStake, Stakes, read_policy, read_stakes
from expectations.results import CheckResult, SuiteResult
from expectations.rules import ROW_RULES
from expectations.suites import Suite, load_suites
from expectations.volume import collapsed_marts


@dataclass(frozen=True)
class Ruling:
    """One fault and what follows from it; `sentence` says which, how much and what to do."""

    rule_id: str
    table: str
    check: str
    blocks: bool
    sentence: str
    owner: str
    arr_at_stake: Decimal | None = None
    arr_share: float | None = None
    max_arr_share: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether the run may go on; never passed while anything blocks or went unanswered."""

    passed: bool
    layer: str
    checks: int
    blocking: tuple[Ruling, ...]
    warnings: tuple[Ruling, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole verdict in plain words, what blocks first; nothing is said twice."""
        opening = (
            f"The {self.layer} gate passed: {self.checks} checks, {len(self.warnings)} warnings."
            if self.passed
            else f"The {self.layer} gate stopped the run: {len(self.blocking)} of its faults block."
        )
        reasons = (ruling.sentence for ruling in (*self.blocking, *self.warnings))
        return (opening, *dict.fromkeys(reasons))

    def to_dict(self) -> dict[str, Any]:
        """The verdict as JSON-ready values; money as text."""
        values = asdict(self)
        for ruling in (*values["blocking"], *values["warnings"]):
            if ruling["arr_at_stake"] is not None:
                ruling["arr_at_stake"] = str(ruling["arr_at_stake"])
        return values


def judge(
    warehouse: Path,
    results: Sequence[SuiteResult],
    layer: str | None = None,
    expected: Sequence[Suite] | None = None,
    published_rows: Mapping[str, int] | None = None,
) -> Verdict:
    """The verdict on one layer's results, reading the warehouse's policy and `data_issues`.

    Without `expected` every suite of the layer must be answered, check by check. Whatever can't
    be read or was not answered blocks: silence is never a pass. `published_rows` are the rows of
    each mart of the version being read now, to compare with (see `collapsed_marts`). Raises
    SuiteError only for faulty suite files.
    """
    layers = sorted({result.layer for result in results} | ({layer} if layer else set()))
    if len(layers) != 1:
        reason = f"results of {' and '.join(layers)} are mixed" if layers else "no suite was run"
        return _verdict("quality", 0, [_stop(f"Nothing can be judged: {reason}.")])
    suites = load_suites(layers[0]) if expected is None else tuple(expected)
    checks = [check for result in results for check in result.checks]
    rulings = [*_unanswered(suites, results), *_structure(checks)]
    if layers[0] == "conformed":
        rulings += _row_faults(Path(warehouse), checks)
    if published_rows:
        rulings += _volumes(Path(warehouse), published_rows)
    if not suites:
        rulings.append(_stop("There is no suite to judge by."))
    return _verdict(layers[0], len(checks), rulings)


def _verdict(layer: str, checks: int, rulings: Sequence[Ruling]) -> Verdict:
    blocking = tuple(ruling for ruling in rulings if ruling.blocks)
    warnings = tuple(ruling for ruling in rulings if not ruling.blocks)
    return Verdict(not blocking and checks > 0, layer, checks, blocking, warnings)


def _unanswered(suites: Sequence[Suite], results: Sequence[SuiteResult]) -> Iterator[Ruling]:
    """Expected checks that are missing, answered twice, or answered about something else."""
    answers: dict[tuple[str, str], list[CheckResult]] = {}
    for result in results:
        if not result.checks:
            yield _stop(f"Suite {result.suite} came back empty.", result.table, result.suite)
        for check in result.checks:
            answers.setdefault((check.suite, check.name), []).append(check)
    for suite in suites:
        for entry in suite.expectations:
            found = answers.get((suite.name, entry.name), [])
            where = f"{suite.name}.{entry.name} on {suite.table}"
            if len(found) != 1:
                times = "gave no result" if not found else f"was answered {len(found)} times"
                yield _stop(f"{where} {times}.", suite.table, entry.name)
            elif (found[0].table, found[0].rule_id, found[0].severity) != (
                suite.table,
                entry.rule_id,
                entry.severity,
            ):
                yield _stop(f"{where} was answered for {found[0].table}, not as the suite says.")


def _structure(checks: Sequence[CheckResult]) -> Iterator[Ruling]:
    """Failed checks that no policy weighs: unanswered ones, and faults of structure."""
    for check in checks:
        sound = _sound(check)
        if sound and (check.success or _weighed_by_policy(check)):
            continue
        blocks = not sound or check.severity != "warn"
        yield Ruling(
            rule_id=check.rule_id,
            table=check.table,
            check=f"{check.suite}.{check.name}",
            blocks=blocks,
            sentence=_structure_sentence(check, sound),
            owner=check.owner,
            arr_at_stake=check.arr_at_stake,
        )


def _weighed_by_policy(check: CheckResult) -> bool:
    return check.rule_id in ROW_RULES and check.severity != "block"


def _sound(check: CheckResult) -> bool:
    """Whether the check was answered, and its answer agrees with its counts."""
    counts = (check.unexpected_count, check.element_count, check.unexpected_share)
    if check.error is not None or not isinstance(check.success, bool):
        return False
    if any(count is not None and not (math.isfinite(count) and count >= 0) for count in counts):
        return False
    if check.success:
        return check.unexpected_count in (0, None)
    return not _weighed_by_policy(check) or bool(check.unexpected_count)


def _structure_sentence(check: CheckResult, sound: bool) -> str:
    where = f"{check.table}: {check.suite}.{check.name}"
    if check.error:
        return f"{check.table} could not be judged: {check.error}."
    if not sound:
        return f"{where} could not be answered: its counts contradict it."
    found = (
        f"{check.unexpected_count} of {check.element_count} rows"
        if check.unexpected_count is not None
        else f"observed {check.observed or 'nothing'}"
    )
    keys = f", for example {', '.join(check.offending_keys[:3])}" if check.offending_keys else ""
    return f"{where}: {found}{keys}. {check.description} {check.owner}: {check.remedy}"


def _volumes(warehouse: Path, published: Mapping[str, int]) -> Iterator[Ruling]:
    try:
        for mart, sentence in collapsed_marts(warehouse, published):
            yield _stop(sentence, mart, "row_count_collapse")
    except duckdb.Error as error:
        yield _stop(f"Published rows can't be compared: {str(error).splitlines()[0]}")


def _row_faults(warehouse: Path, checks: Sequence[CheckResult]) -> Iterator[Ruling]:
    """Row faults weighed against the policy: within the share of ARR they are borne."""
    try:
        policy, stakes = read_policy(warehouse), read_stakes(warehouse)
    except (duckdb.Error, OSError, LookupError, ValueError) as error:
        yield _stop(f"Row faults can't be weighed: {str(error).splitlines()[0]}")
        return
    found: dict[str, list[CheckResult]] = {}
    for check in checks:
        if _weighed_by_policy(check) and check.success is not True and _sound(check):
            found.setdefault(check.rule_id, []).append(check)
    for rule_id in sorted(found.keys() | stakes.rules.keys()):
        stake = stakes.rules.get(rule_id)
        if stake is None:
            counted = sum(check.unexpected_count or 0 for check in found[rule_id])
            yield _stop(
                f"{rule_id}: {counted} rows fail, but conformed.data_issues lists none of them.",
                found[rule_id][0].table,
                rule_id,
            )
            continue
        yield _weighed(rule_id, stake, policy, stakes, found.get(rule_id, []))


def _weighed(
    rule_id: str,
    stake: RuleStake,
    policy: Mapping[str, Policy],
    stakes: Stakes,
    checks: Sequence[CheckResult],
) -> Ruling:
    rule = policy.get(rule_id)
    arr = max([stake.arr_at_stake, *(check.arr_at_stake or Decimal(0) for check in checks)])
    share = stakes.share_of_arr(arr, stake.accounts)
    amount = (
        f"{rule_id}: {stake.issues} rows of {stake.accounts} accounts, "
        f"{arr:,.0f} ARR at stake ({share:.2%} of {stakes.total_arr:,.0f})"
    )
    if rule is None:
        blocks, tail = True, "seeds/reference/quality_policy.csv has no row for this rule."
    elif rule.severity == "block":
        blocks, tail = True, f"the policy bears none. {rule.owner_team}: {rule.remedy}"
    elif rule.severity == "warn" or rule.max_arr_share is None:
        why = f" ({rule.exception})" if rule.exception else ""
        blocks, tail = False, f"reported{why}. {rule.owner_team}: {rule.remedy}"
    else:
        blocks = not share <= rule.max_arr_share
        tail = (
            f"{'past' if blocks else 'within'} the limit of {rule.max_arr_share:.2%}. "
            f"{rule.owner_team}: {rule.remedy}"
        )
    return Ruling(
        rule_id=rule_id,
        table="conformed.data_issues",
        check=rule_id,
        blocks=blocks,
        sentence=f"{amount}, {tail}",
        owner=rule.owner_team if rule else "",
        arr_at_stake=arr,
        arr_share=share,
        max_arr_share=rule.max_arr_share if rule else None,
    )


def _stop(sentence: str, table: str = "", check: str = "") -> Ruling:
    return Ruling("", table, check, True, sentence, "Data Platform")
