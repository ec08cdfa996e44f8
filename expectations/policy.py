"""What the quality policy allows, and how much ARR stands behind each rule's faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from expectations.rules import SEVERITIES


@dataclass(frozen=True)
class Policy:
    """One rule's severity and the share of ARR (0-1) up to which its faults are borne.

    `exception` says why this company is judged otherwise than others.
    """

    rule_id: str
    severity: str
    max_arr_share: float | None
    owner_team: str
    remedy: str
    exception: str | None = None


@dataclass(frozen=True)
class RuleStake:
    """One rule's faults in `conformed.data_issues`: rows, distinct accounts, and their ARR."""

    issues: int
    accounts: int
    arr_at_stake: Decimal


@dataclass(frozen=True)
class Stakes:
    """The company's customer accounts and ARR, and what of it is behind each rule's faults."""

    total_accounts: int
    total_arr: Decimal
    rules: Mapping[str, RuleStake]

    def share_of_arr(self, arr: Decimal, accounts: int) -> float:
        """ARR at stake ÷ total ARR; of accounts where no account has ARR; 0 with no account."""
        if self.total_arr > 0:
            return float(arr / self.total_arr)
        return min(accounts / self.total_accounts, 1.0) if self.total_accounts else 0.0


def read_policy(warehouse: Path) -> dict[str, Policy]:
    """The policy in force on the run's as-of day, with its exceptions, by rule.

    Raises duckdb.Error without the table, ValueError for a severity or share that isn't one.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select rule_id, severity, max_arr_share, owner_team, remedy, exception_reason "
            "from conformed.quality_policy_in_force"
        ).fetchall()
    policy = {}
    for rule_id, severity, share, team, remedy, exception in rows:
        limit = None if share is None else float(share)
        if severity not in SEVERITIES or not (limit is None or 0 <= limit <= 1):
            raise ValueError(
                f"quality_policy.csv: {rule_id} has severity {severity!r} and share {share!r}; "
                f"write one of {', '.join(SEVERITIES)} and a share between 0 and 1"
            )
        if severity == "quarantine" and limit is None:
            raise ValueError(f"quality_policy.csv: {rule_id} has no max_arr_share to stop at")
        policy[rule_id] = Policy(rule_id, severity, limit, team or "", remedy or "", exception)
    return policy


def read_stakes(warehouse: Path) -> Stakes:
    """The ARR behind each rule: each account (each record without one) once, at its largest."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        accounts, total = connection.execute(
            "select count(*), coalesce(sum(arr_at_stake), 0) from conformed.gate_accounts"
        ).fetchone() or (0, Decimal(0))
        rows = connection.execute(
            """
            with accounts as (
                select rule_id, account_id, count(*) as issues, max(arr_at_stake) as arr_at_stake
                from conformed.data_issues
                group by rule_id, account_id, case when account_id is null then record_id end
            )

            select rule_id, sum(issues), count(account_id), coalesce(sum(arr_at_stake), 0)
            from accounts
            group by rule_id
            """
        ).fetchall()
    return Stakes(
        total_accounts=accounts,
        total_arr=Decimal(total),
        rules={rule: RuleStake(int(n), count, Decimal(arr)) for rule, n, count, arr in rows},
    )
