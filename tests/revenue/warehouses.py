"""What the tests of the revenue marts build: days, options, and a warehouse beside its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from tests.independent.company import combined_records, company_tables
from tests.independent.histories import generated_records
from tests.independent.inputs import Options
from tests.independent.ledger import Ledger
from tests.revenue.answers import MARTS

BUILT = (*MARTS, "fct_arr_history", "int_account_arr_intervals", "int_invoice_line_months",
         "rpt_customer_lifetime_value", "fct_account_retention_monthly")  # fmt: skip
YEAR_END = date(2025, 12, 31)
FOUR_YEARS_ON = date(2029, 12, 31)
MID_MONTH = date(2025, 9, 15)
AFTER_THE_EXAMPLES = date(2026, 2, 28)
NO_GRACE = Options(late_renewal_grace_days=0)
IN_EUROS = Options(late_renewal_grace_days=30, reporting_currency="EUR")


@dataclass(frozen=True)
class Built:
    """Contract tables, the marts made of them by SQL, and the other implementation's ledger."""

    tables: dict[str, pd.DataFrame]
    connection: duckdb.DuckDBPyConnection
    ledger: Ledger


def put_together(seeds: range, *, dollars_only: bool = False) -> dict[str, pd.DataFrame]:
    """Random companies by seed as one, looked at from a day after each one's own."""
    companies = {}
    for seed in seeds:
        records, as_of = generated_records(seed, dollars_only=dollars_only)
        # Planned changes go: the row before one has no end yet, so that later they would overlap.
        items = records["billing_subscription_items"]
        begun = [row for row in items if row["valid_from"].date() <= as_of]
        companies[f"n{seed}"] = {**records, "billing_subscription_items": begun}
    return company_tables(combined_records(companies))
