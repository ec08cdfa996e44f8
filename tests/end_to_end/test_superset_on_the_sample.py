"""On the sample company: each Superset dataset answers, and its metrics are those of the marts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.superset_files import Content, columns_of, files, metrics_of, source

DATASETS = pytest.mark.parametrize("name", files("datasets"))
JOINED = [name for name, one in files("datasets").items() if one.get("sql")]
MONTHLY = ("retention", "arr_movements", "account_health", "nps")


@pytest.fixture(scope="module")
def marts(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = (sample_home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def dataset(name: str) -> Content:
    return files("datasets")[name]


def value(marts: duckdb.DuckDBPyConnection, name: str, metric: str, where: str = "true") -> Any:
    expression = metrics_of(dataset(name))[metric]["expression"]
    query = f"select {expression} from {source(dataset(name))} where {where}"
    return marts.execute(query).fetchone()[0]


def one(marts: duckdb.DuckDBPyConnection, query: str) -> Any:
    return marts.execute(query).fetchone()[0]


def newest_month(marts: duckdb.DuckDBPyConnection) -> str:
    return one(marts, f"select max(month) from {source(dataset('retention'))}")


@DATASETS
def test_every_column_and_every_metric_is_there(
    marts: duckdb.DuckDBPyConnection, name: str
) -> None:
    found = marts.execute(f"select * from {source(dataset(name))} limit 1")
    types = {column[0]: str(column[1]) for column in found.description}
    for column, declared in columns_of(dataset(name)).items():
        assert types[column] == declared["type"].replace("DOUBLE PRECISION", "DOUBLE")
    expressions = [metric["expression"] for metric in dataset(name)["metrics"]]
    values = marts.execute(f"select {', '.join(expressions)} from {source(dataset(name))}")
    assert None not in values.fetchone()


@pytest.mark.parametrize("name", JOINED)
def test_a_join_neither_loses_nor_doubles_a_row(
    marts: duckdb.DuckDBPyConnection, name: str
) -> None:
    sql = dataset(name)["sql"]
    first = sql.split("from marts.")[1].split()[0]
    _, _, condition = sql.partition("\nwhere ")
    wanted = re.sub(r"\b\w+\.", "", condition) or "true"
    rows = one(marts, f"select count(*) from marts.{first} where {wanted}")
    assert one(marts, f"select count(*) from {source(dataset(name))}") == rows > 0


@pytest.mark.parametrize("slice_type", ["company", "segment", "csm"])
@pytest.mark.parametrize("name", MONTHLY)
def test_metrics_are_those_of_the_dictionary_in_every_month(
    marts: duckdb.DuckDBPyConnection, name: str, slice_type: str
) -> None:
    column = {"company": "'company'", "segment": "segment", "csm": "csm_name"}[slice_type]
    users = "coalesce(csms.csm_name, slice_value)"
    compared = 0
    for metric, declared in metrics_of(dataset(name)).items():
        known = marts.execute(
            "select substr(cast(month_start_date as varchar), 1, 7), "
            f"{users if slice_type == 'csm' else 'slice_value'}, metric_value "
            "from marts.fct_metric_values_monthly "
            "left join marts.dim_csms as csms on slice_value = csms.csm_user_id "
            "where metric_name = ? and slice_type = ? and metric_value is not null",
            [metric, slice_type],
        ).fetchall()
        ours = {
            (month, part): amount
            for month, part, amount in marts.execute(
                f"select month, {column}, {declared['expression']} "
                f"from {source(dataset(name))} group by 1, 2"
            ).fetchall()
        }
        for month, part, amount in known:
            if (month, part) in ours and ours[month, part] is not None:
                assert float(ours[month, part]) == pytest.approx(float(amount), abs=1e-9)
                compared += 1
    assert compared >= 60


def test_headlines_of_the_newest_month_are_those_of_the_marts(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    month = newest_month(marts)
    nrr, grr = marts.execute(
        "select nrr, grr from marts.rpt_retention_monthly where slice_type = 'company' "
        "and substr(cast(month_start_date as varchar), 1, 7) = ?",
        [month],
    ).fetchone()
    here = f"month = '{month}'"
    assert value(marts, "retention", "nrr", here) == pytest.approx(nrr)
    assert value(marts, "retention", "grr", here) == pytest.approx(grr)
    arr = one(marts, "select sum(arr) from marts.dim_accounts where is_customer")
    assert (
        value(marts, "arr_movements", "arr", here) == arr == value(marts, "accounts", "account_arr")
    )


def test_the_health_split_is_that_of_the_mart(marts: duckdb.DuckDBPyConnection) -> None:
    words = {"healthy": "1 Healthy", "stable": "2 Stable", "at_risk": "3 At risk",
             "churn_likely": "4 Churn likely", None: "5 No score"}  # fmt: skip
    month = newest_month(marts)
    split = marts.execute(
        "select outlook, count(*), sum(arr) from marts.fct_account_health_monthly "
        f"where month_start_date = date '{month}-01' group by outlook"
    ).fetchall()
    assert {outlook for outlook, _, _ in split} >= {"healthy", "stable", "at_risk"}
    for outlook, accounts, arr in split:
        here = f"month = '{month}' and health = '{words[outlook]}'"
        assert value(marts, "account_health", "health_accounts", here) == accounts
        assert value(marts, "account_health", "health_arr", here) == arr
    total = sum(arr for _, _, arr in split)
    [healthy] = [arr for outlook, _, arr in split if outlook == "healthy"]
    share = value(marts, "account_health", "healthy_arr_share", f"month = '{month}'")
    assert share == pytest.approx(float(healthy) / float(total))


def test_renewals_due_and_at_risk_are_those_of_the_marts(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    within_90_days = one(
        marts,
        "select sum(due_arr) from marts.fct_renewals where outcome = 'pending' and due_date "
        "between (select max(as_of_date) from marts.rpt_account_360) + 1 "
        "and (select max(as_of_date) from marts.rpt_account_360) + 90",
    )
    assert value(marts, "renewals", "renewals_due_90d") == within_90_days
    for name, column in (("arr_at_risk", "at_risk_arr"), ("renewals_due", "due_arr")):
        quarters = one(
            marts,
            f"select sum({column}) from marts.rpt_renewals_quarterly where slice_type = 'company'",
        )
        assert value(marts, "renewals", name) == quarters > 0
    rates = marts.execute(
        "select due_quarter, renewal_rate_arr, renewal_rate_logo, on_time_renewal_rate "
        "from marts.rpt_renewals_quarterly where slice_type = 'company' and due_arr > 0"
    ).fetchall()
    for quarter, *expected in rates:
        metrics = ("renewal_rate_arr", "renewal_rate_logo", "on_time_renewal_rate")
        ours = [value(marts, "renewals", name, f"due_quarter = '{quarter}'") for name in metrics]
        assert ours == pytest.approx(expected)


def test_tasks_accounts_and_reasons_are_those_of_the_marts(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    overdue = one(marts, "select count(*) from marts.fct_playbook_tasks where status = 'overdue'")
    assert value(marts, "playbook_tasks", "overdue_tasks") == overdue > 0
    paying = one(marts, "select count(*) from marts.dim_accounts where is_customer")
    assert value(marts, "accounts", "active_accounts") == paying > 0
    with_reason = one(marts, "select count(distinct account_id) from marts.fct_csm_priorities")
    assert value(marts, "priorities", "accounts_with_reason") == with_reason > 0
    month = newest_month(marts)
    met = one(
        marts,
        "select count(*) from marts.rpt_cs_ops_kpis_monthly where status = 'met' "
        f"and month_start_date = date '{month}-01'",
    )
    assert value(marts, "scorecard", "figures_on_target", f"month = '{month}'") == met > 0
