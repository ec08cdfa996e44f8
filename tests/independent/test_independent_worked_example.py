"""Somebody else's worked example, reproduced from its tape of monthly revenue as invoices."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.independent.amounts import month_end, month_index, month_start
from tests.independent.cohorts import by_month, cohorts
from tests.independent.company import at, company_tables
from tests.independent.inputs import ROOT, Options
from tests.independent.ledger import Ledger, read_ledger
from tests.independent.movements import Month, account_months, movements
from tests.independent.retention import retention

EXAMPLE = ROOT.parent / "shared" / "data" / "retention_worked_example"
pytestmark = pytest.mark.skipif(
    not EXAMPLE.exists(), reason="the worked example lies beside the project, not in it"
)


def expected(name: str) -> Iterator[dict[str, str]]:
    with Path(EXAMPLE / f"expected_{name}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def tables_of_the_tape() -> dict[str, pd.DataFrame]:
    """Each line of the tape is an invoice line over its whole month, so ARR is twelve times it."""
    with (EXAMPLE / "input_tape.csv").open(encoding="utf-8") as file:
        tape = list(csv.DictReader(file))
    invoices, lines = [], []
    for number, row in enumerate(tape):
        month = month_index(date.fromisoformat(row["period"]))
        invoices.append({"invoice_id": f"v{number}", "billing_customer_id": row["customer_id"],
                         "status": "paid", "currency": "USD", "total": Decimal(0)})  # fmt: skip
        lines.append({"invoice_line_id": f"l{number}", "invoice_id": f"v{number}",
                      "amount": Decimal(row["revenue"]), "currency": "USD",
                      "line_type": "subscription", "period_start": at(month_start(month)),
                      "period_end": at(month_start(month + 1))})  # fmt: skip
    customers = sorted({row["customer_id"] for row in tape})
    return company_tables({
        "crm_accounts": [{"account_id": name} for name in customers],
        "billing_customers": [{"billing_customer_id": name, "account_id": name}
                              for name in customers],
        "billing_invoices": invoices, "billing_invoice_lines": lines,
    })  # fmt: skip


@cache
def ledger() -> Ledger:
    """The ledger of the tape at its last month end, without grace."""
    options = Options(late_renewal_grace_days=0)
    return read_ledger(tables_of_the_tape(), date(2026, 2, 28), options)


def months_ending(period_end: str) -> list[tuple[str, Month]]:
    index = month_index(date.fromisoformat(period_end))
    return [(account, found) for account, months in account_months(ledger()).items()
            for found in months if found.month == index]  # fmt: skip


def revenue(arr_cents: int) -> Decimal:
    """Monthly revenue behind cents of ARR."""
    return Decimal(arr_cents) / 1200


def test_the_waterfall_is_theirs_to_the_cent() -> None:
    moved = movements(ledger())
    checked = 0
    for row in expected("waterfall"):
        month = moved[moved["month_start_date"] == date.fromisoformat(row["period_end"][:8] + "01")]
        for theirs, ours, sign in (
            ("beginning", "opening_arr", 1), ("new_logo", "new_arr", 1), ("churn", "churn_arr", -1),
            ("reactivation", "reactivation_arr", 1), ("expansion", "expansion_arr", 1),
            ("contraction", "contraction_arr", -1), ("ending", "closing_arr", 1),
        ):  # fmt: skip
            assert sum(month[ours]) * sign == Decimal(row[theirs]) * 12, (row["period_end"], ours)
            checked += 1
        for theirs, label in (("new_logos", "new"), ("reactivated_logos", "reactivation"),
                              ("churned_logos", "churn")):  # fmt: skip
            assert sum(month["movement"] == label) == int(row[theirs]), row["period_end"]
        assert sum(month["closing_arr"] > 0) == int(row["active_logos"])
    assert checked == 14 * 7


def number_or_none(text: str) -> float | None:
    return float(text) if text else None


def test_every_metric_of_theirs_is_ours() -> None:
    company = retention(ledger(), ("company",)).set_index("month_start_date")
    for row in expected("metrics"):
        now = months_ending(row["period_end"])
        opening, closing = (sum(m.opening for _, m in now), sum(m.closing for _, m in now))
        active = sum(found.closing > 0 for _, found in now)
        ours = company.loc[date.fromisoformat(row["period_end"][:8] + "01")]
        assert revenue(closing) == Decimal(row["revenue"])
        assert Decimal(closing) / 100 == Decimal(row["arr"])
        assert active == int(row["active_customers"])
        assert float(revenue(closing)) / active == pytest.approx(float(row["arpa"]))
        for theirs, mine in (("nrr_12m", "nrr"), ("grr_12m", "grr"),
                             ("logo_retention_12m", "logo_retention")):  # fmt: skip
            if row[theirs]:
                assert ours[mine] == pytest.approx(float(row[theirs])), (row["period_end"], mine)
            else:
                assert ours.isna()[mine]
        if row["quick_ratio"]:
            assert ours["quick_ratio"] == pytest.approx(float(row["quick_ratio"]))
        elif row["period_end"] != "2025-01-31":  # theirs leaves the first month out
            assert ours.isna()["quick_ratio"]
        if row["gross_revenue_churn_rate"]:
            lost = -sum(m.under("contraction") + m.under("churn") for _, m in now)
            churned = sum(found.label == "churn" for _, found in now)
            began = sum(found.opening > 0 for _, found in now)
            assert lost / opening == pytest.approx(float(row["gross_revenue_churn_rate"]))
            assert churned / began == pytest.approx(float(row["logo_churn_rate"]))


def test_retention_by_vintage_is_theirs() -> None:
    ours = {(row["start_cohort"], row["months_since_start"]): row
            for row in cohorts(ledger(), by_month).to_dict("records")}  # fmt: skip
    theirs = list(expected("retention"))
    assert len(ours) == len(theirs)
    for row in theirs:
        found = ours[(row["vintage"][:8] + "01", int(row["age"]))]
        assert found["cohort_logos"] == int(row["logos_start"])
        assert found["active_logos"] == int(row["active_logos"])
        assert found["start_arr"] == Decimal(row["revenue_start"]) * 12
        assert found["arr"] == Decimal(row["revenue"]) * 12
        assert found["logo_retention"] == pytest.approx(float(row["logo_retention"]))
        assert found["nrr"] == pytest.approx(float(row["ndr"]))


def test_concentration_is_theirs() -> None:
    for row in expected("concentration"):
        shares = sorted((m.closing for _, m in months_ending(row["period_end"])), reverse=True)
        shares = [share for share in shares if share]
        whole = sum(shares)
        top = shares[: -(-len(shares) // 10)]
        assert len(shares) == int(row["customers"])
        assert revenue(whole) == Decimal(row["revenue"])
        assert sum(top) / whole == pytest.approx(float(row["top_decile_share"]))
        assert sum(shares[:10]) / whole == pytest.approx(float(row["top10_share"]))
        assert sum((s / whole) ** 2 for s in shares) == pytest.approx(float(row["hhi"]))


def test_tier_migration_is_theirs() -> None:
    def tier(arr_cents: int) -> str:
        return "Inactive" if not arr_cents else "<$10k" if arr_cents < 1_000_000 else "more"

    moves: dict[tuple[str, str, str], list[int]] = {}
    for months in account_months(ledger()).values():
        for found in months:
            if found.opening or found.closing:
                end = month_end(found.month).isoformat()
                key = (end, tier(found.opening), tier(found.closing))
                sums = moves.setdefault(key, [0, 0, 0])
                moves[key] = [sums[0] + 1, sums[1] + found.opening, sums[2] + found.closing]
    theirs = {
        (row["period_end"], row["from_tier"], row["to_tier"]): [
            int(row["customers"]),
            int(Decimal(row["revenue_from"]) * 1200),
            int(Decimal(row["revenue_to"]) * 1200),
        ]
        for row in expected("tier_migration")
    }
    assert moves == theirs
