"""What a validation found, as plain values: no Great Expectations object leaves this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class CheckResult:
    """One expectation's outcome on one table.

    `unexpected_share` is 0-1 of `element_count`. `arr_at_stake` is the ARR, in reporting currency,
    of the distinct accounts behind the failing rows; None where a row names no account.
    `error` is set when the check could not be answered at all, and such a check has not passed.
    """

    suite: str
    name: str
    table: str
    column: str | None
    rule_id: str
    severity: str
    dimension: str
    success: bool
    unexpected_count: int | None
    element_count: int | None
    unexpected_share: float | None
    offending_keys: tuple[str, ...]
    accounts_at_stake: int | None
    arr_at_stake: Decimal | None
    observed: str
    description: str
    remedy: str
    owner: str
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The check as JSON-ready values; money as text, so that no cent is lost."""
        values = asdict(self)
        values["offending_keys"] = list(self.offending_keys)
        values["arr_at_stake"] = None if self.arr_at_stake is None else str(self.arr_at_stake)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> CheckResult:
        """The inverse of `to_dict`. Raises KeyError where a field is missing."""
        known = {field.name: values[field.name] for field in fields(cls)}
        known["offending_keys"] = tuple(known["offending_keys"])
        if known["arr_at_stake"] is not None:
            known["arr_at_stake"] = Decimal(known["arr_at_stake"])
        return cls(**known)


@dataclass(frozen=True)
class SuiteResult:
    """One suite's checks, in the order in which the suite lists them."""

    suite: str
    layer: str
    table: str
    owner: str
    checks: tuple[CheckResult, ...]

    @property
    def success(self) -> bool:
        """Whether there are checks and each of them passed."""
        return bool(self.checks) and all(check.success is True for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """The suite as JSON-ready values."""
        return {
            "suite": self.suite,
            "layer": self.layer,
            "table": self.table,
            "owner": self.owner,
            "checks": [check.to_dict() for check in self.checks],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SuiteResult:
        """The inverse of `to_dict`."""
        return cls(
            suite=values["suite"],
            layer=values["layer"],
            table=values["table"],
            owner=values["owner"],
            checks=tuple(CheckResult.from_dict(check) for check in values["checks"]),
        )
