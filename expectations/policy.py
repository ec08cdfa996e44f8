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
    """One rule's severity and the share of ARR (0-1) up to which its faults are borne."""

    rule_id: str
    severity: str
    max_arr_share: float | None
    owner_team: str
    remedy: str


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
    """`reference.quality_policy` as it is valid at the run's as-of day, by rule.

    Raises duckdb.Error without the table, ValueError for a severity or share that isn't one.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            with run as (
                select as_of_date from landing._loads order by started_at desc limit 1
            )

            select policy.rule_id, policy.severity, policy.max_arr_share,
                policy.owner_team, policy.remedy
            from reference.quality_policy as policy
            inner join run on cast(policy.valid_from as date) <= run.as_of_date
            order by policy.rule_id, cast(policy.valid_from as date)
            """
        ).fetchall()
    policy = {}
    for rule_id, severity, share, team, remedy in rows:
        limit = None if share is None else float(share)
        if severity not in SEVERITIES or not (limit is None or 0 <= limit <= 1):
            raise ValueError(
                f"quality_policy.csv: {rule_id} has severity {severity!r} and share {share!r}; "
                f"write one of {', '.join(SEVERITIES)} and a share between 0 and 1"
            )
        if severity == "quarantine" and limit is None:
            raise ValueError(f"quality_policy.csv: {rule_id} has no max_arr_share to stop at")
        policy[rule_id] = Policy(rule_id, severity, limit, team or "", remedy or "")
    return policy


def read_stakes(warehouse: Path) -> Stakes:
    """The ARR behind each rule: each account counted once per rule, at its largest stake."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        accounts, total = connection.execute(
            "select count(*), coalesce(sum(arr_at_stake), 0) from conformed.gate_accounts"
        ).fetchone() or (0, Decimal(0))
        rows = connection.execute(
            """
            with accounts as (
                select rule_id, account_id, count(*) as issues, max(arr_at_stake) as arr_at_stake
                from conformed.data_issues
                group by rule_id, account_id
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
