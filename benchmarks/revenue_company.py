"""A large company's subscription history, made straight in the contract tables by SQL."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.machine import ROOT

TABLES = ("crm_accounts", "crm_account_changes", "billing_customers", "billing_subscriptions",
          "billing_subscription_items", "fx_rates")  # fmt: skip
ACCOUNTS = """
    create table accounts as
    select
        i,
        '001' || lpad(i::varchar, 15, '0') as id,
        (as_of - to_days(months * 30) + to_days(draw(i * 7, months * 25)))::date as started,
        ['GBP', 'JPY', 'EUR', 'EUR', 'USD', 'USD', 'USD', 'USD', 'USD', 'USD'][draw(i * 11, 10) + 1]
            as currency
    from range({accounts}) as t(i), (select date '{as_of}' as as_of, {months} as months)"""
QUERIES = {
    "crm_accounts": """
        select id as account_id, id as account_name, 'customer' as lifecycle_stage,
            case when i % 3 = 2 then '001' || lpad((i // 9 * 9)::varchar, 15, '0') end
                as parent_account_id,
            ['Enterprise', 'Mid-Market', 'SMB'][draw(i * 3, 3) + 1] as segment,
            ['EMEA', 'AMER', 'APAC'][draw(i * 5, 3) + 1] as region,
            'industry ' || draw(i * 13, 12) as industry, 'u' || (i % 200) as csm_user_id,
            currency, true as is_customer, false as is_deleted, started as became_customer_at,
            started as created_at, started as updated_at
        from accounts""",
    "crm_account_changes": """
        select id as account_id, 'csm_user_id' as field_name, 'u' || (i % 199) as old_value,
            'u' || (i % 200) as new_value, started + to_days(200) as changed_at
        from accounts where i % 5 = 0
        union all
        select id, 'segment', 'SMB', 'Mid-Market', started + to_days(300)
        from accounts where i % 11 = 0""",
    "billing_customers": """
        select 'c' || id as billing_customer_id, id as account_id, started as created_at
        from accounts""",
    "billing_subscriptions": """
        select 's' || id || term as subscription_id, 'c' || id as billing_customer_id,
            'active' as status, currency, begun as started_at, begun as created_at,
            case when term = 1 and i % 7 = 0 then least(begun + to_days(330), date '{as_of}')
                when draw(i * 17, 6) = 0 and begun + to_days(500) <= date '{as_of}'
                then begun + to_days(500) end as ended_at,
            case when draw(i * 17, 6) = 0 then 'too_expensive' end as cancellation_reason
        from (
            select *, started + to_days((case when term = 1 then 0 when i % 2 = 0 then 375
                else 480 end)::int) as begun
            from accounts cross join range(1, 3) as terms(term) where term = 1 or i % 7 = 0
        ) where begun <= date '{as_of}'""",
    "billing_subscription_items": """
        select 'x' || id || term || product as subscription_item_id,
            's' || id || term as subscription_id, from_day as valid_from,
            case when from_day + to_days(91) <= date '{as_of}' then from_day + to_days(91) end
                as valid_to,
            ['core', 'analytics', 'support'][product] as product_id,
            ['basic', 'pro', 'scale'][draw(i * 19 + version // 4, 3) + 1] as plan_name,
            5 + draw(i * 23 + version + product, 200) as quantity,
            10 + draw(i * 29 + product, 4000) / 100.0 as unit_amount,
            case when draw(i * 31 + product, 4) = 0 then 10 else 0 end as discount_percent,
            ['month', 'year', 'quarter'][product] as billing_interval, 1 as interval_count,
            'licensed' as usage_type, false as is_trial
        from (
            select *, started
                + to_days((version * 91 + case when term = 2 then 375 else 0 end)::int) as from_day
            from accounts
            cross join range(1, 3) as terms(term) cross join range(1, 4) as products(product)
            cross join range(0, 12) as versions(version)
            where (term = 1 or i % 7 = 0) and (product = 1 or draw(i * 37 + product, 3) = 0)
        ) where from_day <= date '{as_of}'""",
    "fx_rates": """
        select currency, day::date as rate_date,
            round(base * (1 + draw(day::varchar || currency, 1000) / 20000.0), 8) as usd_rate
        from (values ('EUR', 1.05), ('GBP', 1.24), ('JPY', 0.0066)) as of_currency(currency, base)
        cross join range(date '{as_of}' - to_years(5), date '{as_of}' + 1, to_days(1)) as d(day)""",
}


def make_company(warehouse: Path, accounts: int, months: int, as_of: date) -> dict[str, int]:
    """Fill the contract's tables, the others empty; rows by table. About eleven items per account.

    Deterministic: every choice is a hash of the account's number. A seventh of the accounts has a
    gap, half of them within the grace days; a third has a parent, a fifth was moved to another CSM,
    two fifths don't pay in dollars.
    """
    sys.path.insert(0, str(ROOT))
    from orchestration.ingestion.contract import contract_tables

    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create macro draw(what, choices) as (hash(what) % choices)::bigint")
        connection.execute("create schema conformed")
        for name, table in contract_tables(ROOT).items():
            columns = ", ".join(f'"{column.name}" {column.data_type}' for column in table.columns)
            connection.execute(f"create table conformed.{name} ({columns})")
        connection.execute(ACCOUNTS.format(accounts=accounts, months=months, as_of=as_of))
        for name, query in QUERIES.items():
            connection.execute(f"insert into conformed.{name} by name {query.format(as_of=as_of)}")
        connection.execute("drop table accounts")
        connection.execute("drop macro draw")
        return {name: count(connection, f"conformed.{name}") for name in TABLES}


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    (rows,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return rows
