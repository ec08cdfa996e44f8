"""What the marts of hundreds of random companies never break, asked of the marts alone."""

from __future__ import annotations

import pytest

from tests.revenue.answers import rows_of
from tests.revenue.warehouses import Built

FLOWS = "new_arr + expansion_arr + contraction_arr + churn_arr + reactivation_arr"
SPOT_FLOWS = FLOWS.replace("_arr", "_arr_spot")
ACCOUNTS = "marts.fct_arr_movements_monthly"
PRODUCTS = "marts.fct_arr_product_movements_monthly"
PARENTS = "marts.fct_arr_parent_movements_monthly"
RETENTION = "marts.rpt_retention_monthly"
GRAINS = {ACCOUNTS: "account_id", PRODUCTS: "account_id, product_id",
          PARENTS: "ultimate_parent_account_id"}  # fmt: skip


@pytest.fixture(params=["many_companies", "more_companies"])
def built(request: pytest.FixtureRequest) -> Built:
    return request.getfixturevalue(request.param)


def none_of(built: Built, query: str) -> None:
    found = rows_of(built.connection, f"{query} limit 3")
    assert found == [], found


@pytest.mark.parametrize("table", GRAINS)
def test_opening_and_movements_make_closing_in_both_views(built: Built, table: str) -> None:
    transfer = "transfer_arr" if table == PARENTS else "0"
    transfer_spot = "transfer_arr_spot" if table == PARENTS else "0"
    none_of(built, f"select * from {table} where opening_arr + {transfer} + {FLOWS} <> closing_arr")
    none_of(built, f"select * from {table} where opening_arr_spot + {transfer_spot} + {SPOT_FLOWS}"
                   f" + fx_arr_spot <> closing_arr_spot")  # fmt: skip


@pytest.mark.parametrize(("table", "unit"), GRAINS.items())
def test_a_month_opens_with_what_the_month_before_closed_with(
    built: Built, table: str, unit: str
) -> None:
    by_month = f"over (partition by {unit} order by month_start_date)"
    before = f"select *, lag(closing_arr, 1, 0) {by_month} as was, " \
             f"lag(closing_arr_spot, 1, 0) {by_month} as was_spot, " \
             f"lag(month_start_date) {by_month} as month_before from {table}"  # fmt: skip
    none_of(built, f"select * from ({before}) where opening_arr <> was "
                   "or opening_arr_spot <> was_spot "
                   "or month_before + interval 1 month <> month_start_date")  # fmt: skip


@pytest.mark.parametrize("table", GRAINS)
def test_the_label_is_the_amount_that_is_not_zero(built: Built, table: str) -> None:
    for label in ("new", "expansion", "reactivation"):
        none_of(built, f"select * from {table} where ({label}_arr > 0) <> (movement = '{label}')")
    for label in ("contraction", "churn"):
        none_of(built, f"select * from {table} where ({label}_arr < 0) <> (movement = '{label}')")


def test_an_account_is_new_once(built: Built) -> None:
    none_of(built, f"select account_id from {ACCOUNTS} where movement = 'new' "
                   "group by all having count(*) > 1")  # fmt: skip


def test_seats_price_plan_and_product_make_the_movement(built: Built) -> None:
    none_of(built, f"select * from {ACCOUNTS} where seats_arr + price_arr + plan_arr + product_arr "
                   "<> expansion_arr + contraction_arr")  # fmt: skip


@pytest.mark.parametrize("amount", ["opening_arr", "closing_arr", "closing_arr_spot"])
def test_products_and_parents_sum_to_their_accounts(built: Built, amount: str) -> None:
    def sums(table: str) -> list[dict]:
        query = f"select month_start_date, sum({amount}) as amount from {table} group by all"
        return rows_of(built.connection, f"{query} having sum({amount}) <> 0 order by 1")

    assert sums(PRODUCTS) == sums(ACCOUNTS) == sums(PARENTS)


def test_transfers_between_parents_cancel_out(built: Built) -> None:
    none_of(built, f"select month_start_date from {PARENTS} group by all "
                   "having sum(transfer_arr) <> 0 or sum(transfer_arr_spot) <> 0")  # fmt: skip


def test_the_history_of_a_day_sums_to_the_arr_of_that_day(built: Built) -> None:
    none_of(
        built,
        f"""
        select movements.account_id, movements.state_date, movements.closing_arr, sum(history.arr)
        from {ACCOUNTS} as movements
        left join marts.fct_arr_history as history
            on movements.account_id = history.account_id
            and history.valid_from <= movements.state_date
            and coalesce(history.valid_to > movements.state_date, true)
        group by all having coalesce(sum(history.arr), 0) <> movements.closing_arr""",
    )


def test_intervals_of_one_record_never_overlap(built: Built) -> None:
    none_of(
        built,
        """
        select * from (
            select *, lead(valid_from) over (
                partition by account_id, arr_source, record_id order by valid_from
            ) as next_from
            from marts.fct_arr_history
        ) where valid_from >= valid_to or next_from < coalesce(valid_to, date '9999-12-31')""",
    )


def test_grr_is_never_above_one_nor_above_nrr(built: Built) -> None:
    none_of(built, f"select * from {RETENTION} where grr > 1 or grr > nrr "
                   "or grr_chained > 1.000000001 or grr_chained > nrr_chained + 0.000000001 "
                   "or abs(logo_retention + logo_churn - 1) > 0.000000001")  # fmt: skip


ADDITIVE = ["cohort_logos", "retained_logos", "churned_logos", "start_arr", "end_arr",
            "retained_arr", "nrr_movement_numerator", "nrr_movement_reactivation_numerator",
            "grr_movement_numerator", "new_arr", "expansion_arr", "contraction_arr", "churn_arr",
            "reactivation_arr", "net_new_arr", "quick_ratio_numerator",
            "quick_ratio_denominator"]  # fmt: skip


@pytest.mark.parametrize(
    "slice_type", ["segment", "region", "industry", "csm", "plan", "start_cohort", "product"]
)
def test_slices_sum_to_the_company(built: Built, slice_type: str) -> None:
    # An account counts once in each product, so only what doesn't depend on counting adds up there.
    names = ADDITIVE if slice_type != "product" else ["start_arr", "net_new_arr"]
    sums = ", ".join(f"sum({name}) as {name}" for name in names)

    def by_month(of: str) -> list[dict]:
        return rows_of(built.connection, f"select month_start_date, {sums} from {RETENTION} "
                       f"where slice_type = '{of}' group by all order by 1")  # fmt: skip

    ours = [row for row in by_month(slice_type) if any(row[name] for name in names)]
    assert ours == [row for row in by_month("company") if any(row[name] for name in names)]
    assert len(ours) > 12


def test_the_movements_of_a_month_are_those_of_the_accounts(built: Built) -> None:
    accounts = rows_of(built.connection, f"select month_start_date, sum({FLOWS}) as moved "
                       f"from {ACCOUNTS} group by all order by 1")  # fmt: skip
    company = rows_of(built.connection, "select month_start_date, net_new_arr as moved "
                      f"from {RETENTION} where slice_type = 'company' order by 1")  # fmt: skip
    assert accounts == company


def test_a_cohort_is_whole_at_its_start_and_grr_never_grows_past_it(built: Built) -> None:
    none_of(built, "select * from marts.rpt_retention_cohorts where grr > 1 or grr > nrr "
                   "or (months_since_start = 0 and (nrr <> 1 or active_logos <> cohort_logos))"
                   )  # fmt: skip


def test_the_months_of_an_invoice_line_sum_to_its_net_amount(built: Built) -> None:
    none_of(
        built,
        """
        select lines.invoice_line_id
        from intermediate.int_invoice_lines_net as lines
        left join intermediate.int_invoice_line_months as months using (invoice_line_id)
        where lines.is_recurring and lines.period_start_date < lines.period_end_date
        group by lines.invoice_line_id, lines.net_amount
        having sum(months.net_amount) is distinct from lines.net_amount""",
    )
