"""The files adapter: raw tables of any shape become contract tables, every row accounted for."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.ingestion.configuration import load_sources
from orchestration.ingestion.landing import TableLoad, land_everything, start_load
from orchestration.settings import PROJECT

RAVENSTACK = Path(
    os.environ.get("RAVENSTACK_DIR") or PROJECT.parent / "shared" / "data" / "ravenstack"
)
needs_ravenstack = pytest.mark.skipif(
    not RAVENSTACK.is_dir(),
    reason="the RavenStack export is not committed; set RAVENSTACK_DIR to its folder",
)
FIRMS = {
    "file": "firms.csv",
    "primary_key": "firm_id",
    "columns": {
        "firm_id": "varchar!",
        "title": "varchar",
        "since": {"type": "date", "format": "%d.%m.%Y"},
        "turnover": {"type": "decimal(18,2)", "decimal_comma": True},
        "text_date": "varchar",
    },
}
DEALS = {
    "file": "deals.csv",
    "primary_key": "deal_id",
    "columns": {"deal_id": "varchar!", "firm_id": "varchar"},
}
ACCOUNTS = {
    "from": "firms",
    "columns": {
        "account_id": "firm_id",
        "account_name": "title",
        "annual_revenue": "turnover",
        "segment": {"sql": "case when turnover > 1000 then 'Enterprise' else 'SMB' end"},
        "currency": {"constant": "EUR'); drop table x; --"},
        "is_customer": {"constant": True},
        "created_at": {"column": "text_date", "format": "%d/%m/%Y %H:%M"},
        "updated_at": "since",
    },
}
FIRM_LINES = [
    "firm_id;title;since;turnover;text_date",
    "F1;Ä & Co;31.12.2024;1.234,50;01/02/2025 13:30",
    'F2;"B\'); drop table x";01.01.2025;12,5;',
    "F3;C;02.01.2025;;2025-02-01",
    "F4;D;2025-01-01;1;",
    ";E;03.01.2025;1;",
]


def run(
    folder: Path, tables: dict[str, Any], contract: dict[str, Any]
) -> tuple[duckdb.DuckDBPyConnection, dict[str, TableLoad]]:
    (folder / "firms.csv").write_text("\n".join(FIRM_LINES) + "\n", encoding="utf-8")
    content = {
        "version": 1,
        "systems": {
            "ours": {"adapter": "files", "path": ".", "tables": tables, "contract": contract}
        },
    }
    (folder / "sources.yml").write_text(yaml.safe_dump(content, sort_keys=False))
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    load = start_load(connection, date(2026, 6, 30))
    loads = land_everything(connection, load_sources(folder / "sources.yml"), load)
    return connection, {f"{one.system}.{one.table}": one for one in loads}


def test_columns_are_renamed_cast_computed_and_filled_and_what_fails_is_kept_aside(tmp_path):
    connection, loads = run(tmp_path, {"firms": FIRMS}, {"crm_accounts": ACCOUNTS})
    rows = connection.execute(
        "select account_id, account_name, annual_revenue::varchar, segment, created_at::varchar, "
        "cast(updated_at as date)::varchar from raw_mapped.crm_accounts order by updated_at"
    ).fetchall()
    assert rows == [
        ("F1", "Ä & Co", "1234.50", "Enterprise", "2025-02-01 13:30:00", "2024-12-31"),
        ("F2", "B'); drop table x", "12.50", "SMB", None, "2025-01-01"),
        (None, "E", "1.00", "SMB", None, "2025-01-03"),
    ]
    same = connection.execute(
        "select distinct currency, is_customer, renewal_date, _source_system, _source_file "
        "from raw_mapped.crm_accounts"
    ).fetchall()
    assert same == [("EUR'); drop table x; --", True, None, "ours", "firms.csv")]
    rejected = connection.execute(
        "select source_file, column_name, reason, raw_text from raw_mapped.crm_accounts__rejected"
    ).fetchall()
    assert [one[:3] for one in rejected] == [
        (
            "firms.csv",
            "created_at",
            "created_at: '2025-02-01' is not a timestamp written as %d/%m/%Y %H:%M",
        )
    ]
    assert '"firm_id":"F3"' in rejected[0][3]
    landed = connection.execute(
        "select line_number, reason from raw_ours.firms__rejected"
    ).fetchall()
    assert landed == [(5, "since: '2025-01-01' is not a date written as %d.%m.%Y")]
    one = loads["mapped.crm_accounts"]
    assert (one.rows_in, one.rows_landed, one.rows_rejected) == (4, 3, 1)


def test_the_mapped_table_has_exactly_the_contracts_columns_and_types(tmp_path):
    connection, _ = run(tmp_path, {"firms": FIRMS}, {"crm_accounts": ACCOUNTS})
    model = yaml.safe_load((PROJECT / "dbt_project/models/conformed/crm_accounts.yml").read_text())
    names = {"string": "VARCHAR", "int": "INTEGER"}
    expected = [
        (column["name"], names.get(column["data_type"], column["data_type"].upper()))
        for column in model["models"][0]["columns"]
    ]
    found = connection.execute("describe raw_mapped.crm_accounts").fetchall()
    assert [(name, kind) for name, kind, *_ in found] == expected


def test_a_look_up_never_doubles_a_row_and_never_drops_one(tmp_path):
    (tmp_path / "deals.csv").write_text("deal_id,firm_id\nF1,X\nF1,Y\nF2,Z\n")
    mapping = {
        **ACCOUNTS,
        "join": {"table": "deals", "by": {"firm_id": "deal_id"}},
        "columns": {
            "account_id": "firm_id",
            "account_name": "title",
            "updated_at": "since",
            "region": "deals.firm_id",
        },
    }
    connection, _ = run(tmp_path, {"firms": FIRMS, "deals": DEALS}, {"crm_accounts": mapping})
    found = connection.execute(
        "select account_id, region in ('X', 'Y'), region from raw_mapped.crm_accounts order by 1"
    ).fetchall()
    assert [one[:2] for one in found] == [
        ("F1", True),
        ("F2", False),
        ("F3", None),
        (None, None),
    ]


def test_several_mappings_of_one_contract_table_are_added_up(tmp_path):
    halves = [{**ACCOUNTS, "where": "firm_id = 'F1'"}, {**ACCOUNTS, "where": "firm_id = 'F2'"}]
    connection, loads = run(tmp_path, {"firms": FIRMS}, {"crm_accounts": halves})
    assert loads["mapped.crm_accounts"].rows_in == 2
    again = load_sources(tmp_path / "sources.yml")
    land_everything(connection, again, start_load(connection, date(2026, 6, 30)))
    assert connection.execute("select count(*) from raw_mapped.crm_accounts").fetchone() == (2,)


NASTY = ['x" varchar); drop table y; --', "x'; select 1; --", "select", "größe", "%s {0} $1", "a.b"]


@pytest.mark.parametrize("name", NASTY)
def test_a_columns_name_is_only_ever_a_name_through_landing_and_mapping(name, tmp_path):
    quoted = name.replace('"', '""')
    lines = [f'deal_id;firm_id;"{quoted}";"new {quoted}"']
    (tmp_path / "deals.csv").write_text("\n".join([*lines, "D1;F1;Nord;1"]) + "\n")
    deals = {**DEALS, "columns": {**DEALS["columns"], name: "varchar"}}
    mapping = {
        "from": "firms",
        "join": {"table": "deals", "by": {"firm_id": "deal_id"}},
        "columns": {**ACCOUNTS["columns"], "region": f"deals.{name}"},
    }
    if "." not in name:
        mapping = {
            "from": "deals",
            "columns": {
                "account_id": "deal_id",
                "account_name": "firm_id",
                "updated_at": {"constant": "2026-01-01"},
                "region": name,
            },
        }
    tables = {"firms": FIRMS, "deals": deals}
    connection, _ = run(tmp_path, tables, {"crm_accounts": mapping})
    found = connection.execute("from raw_ours.deals").fetchall()
    assert found[0][:3] == ("D1", "F1", "Nord")
    if "." not in name:
        regions = connection.execute("select region from raw_mapped.crm_accounts").fetchall()
        assert regions == [("Nord",)]


@needs_ravenstack
def test_ravenstack_maps_whole_with_its_faults_left_in_to_be_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVENSTACK_DIR", str(RAVENSTACK))
    sources = load_sources(PROJECT / "examples/ravenstack/sources.yml")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        loads = land_everything(connection, sources, start_load(connection, date(2024, 12, 31)))
        assert sum(one.rows_rejected for one in loads) == 0

        def count(text: str) -> object:
            return connection.execute(f"select {text}").fetchall()[0][0]

        mapped = "raw_mapped."
        assert count(f"count(*) from {mapped}crm_accounts") == 500
        assert count(f"count(*) from {mapped}usage_events where account_id is not null") == 25_000
        assert count(f"count(*) - count(distinct event_id) from {mapped}usage_events") == 21
        assert count(f"count(renewal_date) + count(segment) from {mapped}crm_accounts") == 0
        assert (
            count(
                f"count(*) from {mapped}support_tickets t join {mapped}crm_accounts a "
                "using (account_id) where t.created_at < a.became_customer_at"
            )
            == 1077
        )
        assert (
            count(
                f"count(*) from {mapped}usage_events u join {mapped}billing_subscriptions s "
                "on s.subscription_id = u.properties->>'subscription_id' "
                "where u.occurred_at < s.started_at"
            )
            == 19_142
        )
        yearly = "unit_amount * quantity * case billing_interval when 'month' then 12 else 1 end"
        assert count(f"sum({yearly}) from {mapped}billing_subscription_items") == count(
            "sum(arr_amount) from raw_ravenstack.subscriptions"
        )
        assert count(f"count(*) from {mapped}billing_subscription_items where is_trial") == 778
        assert (
            count(f"sum(unit_amount) from {mapped}billing_subscription_items where is_trial") == 0
        )
        assert count("count(*) from raw_ravenstack.churn_events") == 600
