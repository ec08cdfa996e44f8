"""The raw columns of a metric, against lineage worked out by hand on a small project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.dictionary.columns import ModelColumns
from orchestration.dictionary.lineage import metric_lineage, raw_columns

DEAL = ["id", "amount", "discount", "stage", "closed_on", "ccy", "_row_hash"]
MODELS = {
    # Everything through two stars; a case reads its condition too.
    "stg_deals": """
        with source as (select * from "w"."raw_crm"."deal"),
        renamed as (
            select source.id as deal_id, amount * (1 - source.discount) as net, closed_on,
                ccy as currency, case when source.stage = 'won' then 1 else 0 end as is_won,
                source._row_hash
            from source
        )
        select * from renamed""",
    # A union goes by place, not by name; the second branch has other names.
    "int_deals": """
        select deal_id, net, closed_on, currency, is_won from "w"."staging"."stg_deals"
        union all
        select ref, total, booked_on, 'EUR', 1 from "w"."raw_shop"."order" """,
    "fct_deals": """
        with deals as (select * from "w"."intermediate"."int_deals"),
        rates as (select * from "w"."raw_fx"."rates")
        select deals.deal_id, cast(net * rates.rate as decimal(18, 2)) as amount, deals.is_won,
            cast(deals.closed_on as date) as closed_date,
            (select max(policy.floor) from "w"."reference"."policy" as policy) as floor,
            count(*) over (partition by deals.currency) as deals_of_currency
        from deals left join rates on deals.currency = rates.currency""",
}
SCHEMAS = {"stg_deals": "staging", "int_deals": "intermediate", "fct_deals": "marts"}


def source(system: str, table: str, columns: list[str]) -> dict[str, Any]:
    return {
        "resource_type": "source", "source_name": system, "name": table,
        "unique_id": f"{system}.{table}",
        "relation_name": f'"w"."raw_{system}"."{table}"', "columns": dict.fromkeys(columns),
        "original_file_path": f"models/staging/{system}/_{system}__sources.yml",
    }  # fmt: skip


def model(name: str) -> dict[str, Any]:
    return {
        "resource_type": "model", "name": name, "unique_id": f"model.{name}",
        "relation_name": f'"w"."{SCHEMAS[name]}"."{name}"', "compiled_code": MODELS[name],
        "columns": dict.fromkeys(["deal_id", "amount", "is_won", "closed_date", "floor"]),
        "constraints": [{"type": "primary_key", "columns": ["deal_id"]}],
        "package_name": "csops", "original_file_path": f"models/{name}.sql",
    }  # fmt: skip


def simple(name: str, filters: list[str] | None = None) -> dict[str, Any]:
    parts = [{"where_sql_template": text} for text in filters or []]
    return {
        "name": name, "filter": {"where_filters": parts},
        "type_params": {"measure": {"name": name}, "input_measures": [{"name": name}]},
    }  # fmt: skip


def manifest() -> dict[str, Any]:
    sources = [
        source("crm", "deal", DEAL),
        source("shop", "order", ["ref", "total", "booked_on"]),
        source("fx", "rates", ["currency", "rate"]),
    ]
    deals = {
        "name": "deals", "depends_on": {"nodes": ["model.fct_deals"]},
        "defaults": {"agg_time_dimension": "closed_date"},
        "dimensions": [{"name": "closed_date"}, {"name": "won", "expr": "is_won = 1"}],
        "measures": [
            {"name": "won_amount", "expr": "amount"},
            {"name": "deal_count", "expr": "1"},
            {"name": "lowest", "expr": "floor"},
        ],
    }  # fmt: skip
    ratio = {
        "name": "amount_per_deal", "filter": None,
        "type_params": {
            "numerator": {"name": "won_amount"}, "denominator": {"name": "deal_count"},
            "input_measures": [{"name": "won_amount"}, {"name": "deal_count"}],
        },
    }  # fmt: skip
    won = simple("won_amount", ["{{ Dimension('deal__won') }}"])
    return {
        "nodes": {f"model.{name}": model(name) for name in MODELS},
        "sources": {entry["unique_id"]: entry for entry in sources},
        "semantic_models": {"deals": deals},
        "metrics": {m["name"]: m for m in (won, simple("deal_count"), simple("lowest"), ratio)},
    }


IDS = {"crm.deal.id", "shop.order.ref"}
DAYS = {"crm.deal.closed_on", "shop.order.booked_on"}
AMOUNTS = {"crm.deal.amount", "crm.deal.discount", "shop.order.total", "fx.rates.rate"}


def lineage() -> dict[str, set[str]]:
    found = raw_columns(manifest(), {f"model.{name}": sql for name, sql in MODELS.items()})
    assert all(columns == sorted(set(columns)) for columns in found.values())
    return {name: set(columns) for name, columns in found.items()}


def test_an_amount_rests_on_its_parts_its_condition_and_its_day() -> None:
    assert lineage()["won_amount"] == AMOUNTS | DAYS | {"crm.deal.stage"}


def test_a_count_of_rows_rests_on_what_tells_them_apart() -> None:
    assert lineage()["deal_count"] == IDS | DAYS


def test_a_ratio_rests_on_both_sides() -> None:
    assert lineage()["amount_per_deal"] == AMOUNTS | DAYS | IDS | {"crm.deal.stage"}


def test_policy_is_no_raw_column_and_then_the_rows_count() -> None:
    assert lineage()["lowest"] == IDS | DAYS


def test_a_window_and_a_grouped_count_are_made_of_what_they_group_by() -> None:
    columns = ModelColumns(MODELS["fct_deals"], lambda table, name: name == "currency")
    assert columns.made_of("deals_of_currency") == {("intermediate.int_deals", "currency")}
    grouped = ModelColumns(
        "select month, count(*) as n from raw_crm.deal where stage = 'won' group by month",
        lambda table, name: True,
    )
    assert grouped.made_of("n") == {("raw_crm.deal", "month"), ("raw_crm.deal", "stage")}


def test_the_lineage_is_kept_until_the_sql_changes(tmp_path: Path) -> None:
    assert metric_lineage(tmp_path) == {}
    parsed = manifest()
    (tmp_path / "manifest.json").write_text(json.dumps(parsed), encoding="utf-8")
    first = metric_lineage(tmp_path)
    assert set(first["deal_count"]) == IDS | DAYS
    written = (tmp_path / "metric_lineage.json").stat().st_mtime_ns
    assert metric_lineage(tmp_path) == first
    assert (tmp_path / "metric_lineage.json").stat().st_mtime_ns == written
    changed = MODELS["stg_deals"].replace("amount * (1 - source.discount)", "amount")
    parsed["nodes"]["model.stg_deals"]["compiled_code"] = changed
    (tmp_path / "manifest.json").write_text(json.dumps(parsed), encoding="utf-8")
    assert "crm.deal.discount" not in metric_lineage(tmp_path)["won_amount"]
