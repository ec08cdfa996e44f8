"""The ways in which BI tools reach PostgreSQL, each as a connection of Python's DB-API."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

JARS = ("/usr/share/java/postgresql.jar", "/usr/share/java/postgresql-jdbc4.jar")
Connect = Callable[[], Any]


def by_psycopg(conninfo: str) -> Connect:
    """libpq, as most of Python's tools do."""
    return lambda: psycopg.connect(conninfo, autocommit=True)


def by_odbc(conninfo: str) -> Connect:
    """PostgreSQL's own ODBC driver, as Power BI, Tableau and Excel do."""
    pyodbc = pytest.importorskip("pyodbc", reason="no ODBC: pip install pyodbc")
    drivers = [name for name in pyodbc.drivers() if "PostgreSQL" in name and "Unicode" in name]
    if not drivers:
        pytest.skip("no ODBC driver of PostgreSQL (Debian: apt install odbc-postgresql)")
    server = psycopg.conninfo.conninfo_to_dict(conninfo)
    text = (
        f"Driver={{{drivers[0]}}};Servername={server['host']};Port={server['port']};"
        f"Database={server['dbname']};UID={server['user']}"
    )
    return lambda: pyodbc.connect(text, autocommit=True)


def by_jdbc(conninfo: str) -> Connect:
    """PostgreSQL's JDBC driver, as Looker, Metabase and DBeaver do; over TCP, with a password."""
    jdbc = pytest.importorskip("jaydebeapi", reason="no JDBC: pip install JayDeBeApi, and Java")
    jar = next((jar for jar in JARS if Path(jar).is_file()), None)
    if jar is None:
        pytest.skip("no JDBC driver of PostgreSQL (Debian: apt install libpostgresql-jdbc-java)")
    server, password = psycopg.conninfo.conninfo_to_dict(conninfo), secrets.token_hex(16)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("drop role if exists jdbc_reader")
        connection.execute(f"create role jdbc_reader superuser login password '{password}'")
    url = f"jdbc:postgresql://127.0.0.1:{server['port']}/{server['dbname']}"
    return lambda: jdbc.connect("org.postgresql.Driver", url, ["jdbc_reader", password], jar)


WAYS: Mapping[str, Callable[[str], Connect]] = {
    "psycopg": by_psycopg,
    "odbc": by_odbc,
    "jdbc": by_jdbc,
}
