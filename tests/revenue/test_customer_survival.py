"""How long customers stay: SQL's curve is SciPy's, and a lifetime is the area under it."""

from __future__ import annotations

import pytest

from tests.independent.amounts import month_start
from tests.independent.survival import lives, survival
from tests.revenue.answers import rows_of
from tests.revenue.warehouses import Built

COLUMNS = ("survival_rate", "survival_rate_low", "survival_rate_high")


@pytest.mark.parametrize("months_ago", [0, 7, 20])
def test_the_survival_of_customers_is_that_of_a_library(
    many_companies: Built, months_ago: int
) -> None:
    seen_from = many_companies.ledger.last_month - months_ago
    rows = rows_of(
        many_companies.connection,
        "select segment, months_since_start, accounts_at_risk, churned_accounts, "
        f"{', '.join(COLUMNS)} from intermediate.int_customer_survival "
        f"where month_start_date = date '{month_start(seen_from)}'",
    )
    found = {(row["segment"], row["months_since_start"]): row for row in rows}
    expected = lives(many_companies.ledger, seen_from)
    assert len(expected) == 4
    ages = 0
    for segment, of_segment in expected.items():
        for age, *values in survival(of_segment):
            row = found[(segment, age)]
            assert row["accounts_at_risk"] == sum(months >= age for months, _ in of_segment)
            assert row["churned_accounts"] == of_segment.count((age, True))
            for column, value in zip(COLUMNS, values, strict=True):
                shown = None if row[column] is None else float(row[column])
                assert shown == (None if value is None else pytest.approx(value, abs=2e-6)), column
            ages += 1
    assert ages == len(found) > 20


def test_lives_that_begin_later_or_end_later_change_nothing_of_a_month_before(
    many_companies: Built,
) -> None:
    # A curve never rises, and an age that one month knows stays known to the next.
    ((rising, forgotten),) = many_companies.connection.execute(
        """
        select
            count(*) filter (where later.survival_rate > curve.survival_rate),
            count(*) filter (where kept.segment is null)
        from intermediate.int_customer_survival as curve
        left join intermediate.int_customer_survival as later
            on curve.segment = later.segment and curve.month_start_date = later.month_start_date
            and curve.months_since_start + 1 = later.months_since_start
        left join intermediate.int_customer_survival as kept
            on curve.segment = kept.segment and curve.months_since_start = kept.months_since_start
            and kept.month_start_date = curve.month_start_date + interval 1 month
        where curve.month_start_date < (
            select max(month_start_date) from intermediate.int_customer_survival
        )
        """
    ).fetchall()
    assert (rising, forgotten) == (0, 0)
