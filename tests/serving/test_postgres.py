"""BI tools read PostgreSQL while it is filled anew: right types, no gap, no half version."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.serving import postgres as serving
from orchestration.serving.mart_docs import mart_docs
from orchestration.serving.postgres import ServingError, serve
from orchestration.settings import PROJECT, Settings
from tests.serving.readers import WAYS
from tests.support.published_home import AS_OF, publish_tables

ACCOUNTS = """
    select 'a1' as account_id, 'Zoë "Quote", Inc.' as account_name, '' as segment,
        cast(null as varchar) as region, cast(0.10 as decimal(18, 2)) as arr,
        cast(null as date) as churned_date, true as is_active
    union all select 'a2', E'two\\nlines', null, 'emea', -12345678901234.99, date '2026-06-30', null
"""


def home_with(home: Path, number: int) -> Settings:
    """A home whose current version says its number in both of its marts, over and over."""
    publish_tables(
        home,
        {
            "dim_accounts": ACCOUNTS,
            "fct_one": f"select i as id, {number} as number from range(500) as r(i)",
            "fct_two": f"select i as id, {number} as number from range(500) as r(i)",
        },
        number,
    )
    return Settings(home=home, sources_file=home / "sources.yml", as_of=AS_OF)


@pytest.fixture
def schema(request: pytest.FixtureRequest) -> str:
    return "s" + str(abs(hash(request.node.name)) % 10**8)


def test_rows_types_keys_and_comments_are_those_of_the_marts(
    postgres_server: str, schema: str, tmp_path: Path
) -> None:
    served = serve(home_with(tmp_path, 1), postgres_server, schema)
    assert (served.is_new, served.marts, served.rows) == (True, 3, 1_002)
    with psycopg.connect(postgres_server) as connection:
        rows = connection.execute(
            "select account_id, account_name, segment, region, arr, churned_date, is_active "
            f"from {schema}.dim_accounts order by 1"
        ).fetchall()
        keys = connection.execute(
            "select a.attname from pg_index as i inner join pg_attribute as a "
            "on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
            f"where i.indrelid = '{schema}.dim_accounts'::regclass and i.indisprimary"
        ).fetchall()
        comment = connection.execute(
            f"select obj_description('{schema}.dim_accounts'::regclass)"
        ).fetchone()
        version = connection.execute(
            f"select version, as_of_date from {schema}.published_version"
        ).fetchall()
    assert rows == [
        ("a1", 'Zoë "Quote", Inc.', "", None, Decimal("0.10"), None, True),
        ("a2", "two\nlines", None, "emea", Decimal("-12345678901234.99"), date(2026, 6, 30), None),
    ]
    assert keys == [("account_id",)]
    assert comment == (mart_docs(PROJECT)["dim_accounts"].description,)
    assert version == [("marts_2026-06-30_001", AS_OF)]


def test_the_same_version_is_not_copied_twice(
    postgres_server: str, schema: str, tmp_path: Path
) -> None:
    settings = home_with(tmp_path, 1)
    assert serve(settings, postgres_server, schema).is_new
    assert not serve(settings, postgres_server, schema).is_new
    assert serve(settings, postgres_server, schema, again=True).is_new


def test_the_reader_reads_this_schema_and_writes_nowhere(
    postgres_server: str, schema: str, tmp_path: Path
) -> None:
    serve(home_with(tmp_path, 1), postgres_server, schema, reader=f"{schema}_reader")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"set role {schema}_reader")
        found = connection.execute(f"select count(*) from {schema}.fct_one").fetchone()
        assert found == (500,)
        for forbidden in (
            f"delete from {schema}.fct_one",
            f"create table {schema}.mine (i int)",
            f"drop schema {schema} cascade",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


@pytest.mark.parametrize("way", WAYS)
def test_readers_in_a_loop_see_no_error_and_one_version_during_ten_publications(
    way: str, postgres_server: str, schema: str, tmp_path: Path
) -> None:
    connect = WAYS[way](postgres_server)
    serve(home_with(tmp_path, 1), postgres_server, schema)
    seen: set[int] = set()
    wrong: list[object] = []
    reads = [0]
    over = threading.Event()

    def read(connection: Any) -> None:
        with closing(connection), closing(connection.cursor()) as cursor:
            while not over.is_set():
                try:
                    cursor.execute(
                        "select count(*), min(o.number), max(o.number), min(t.number), "
                        f"max(t.number) from {schema}.fct_one as o "
                        f"inner join {schema}.fct_two as t using (id)"
                    )
                    rows = [int(value) for value in cursor.fetchone()]
                except Exception as error:
                    wrong.append(error)
                    continue
                reads[0] += 1
                seen.add(rows[1])
                if rows[0] != 500 or len(set(rows[1:])) > 1:
                    wrong.append(rows)

    readers = [threading.Thread(target=read, args=[connect()], daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(2, 12):
            assert serve(home_with(tmp_path, number), postgres_server, schema).is_new
    finally:
        over.set()
    for reader in readers:
        reader.join(60)
    assert wrong == []
    assert reads[0] > 100
    assert len(seen) > 5
    with psycopg.connect(postgres_server) as connection:
        left = connection.execute(
            "select nspname from pg_namespace where nspname like %s", [f"{schema}\\_%"]
        ).fetchall()
    assert left == []


def test_a_publication_that_dies_while_it_loads_leaves_readers_what_they_had(
    postgres_server: str, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(home_with(tmp_path, 1), postgres_server, schema)
    settings = home_with(tmp_path, 2)
    with monkeypatch.context() as patch:

        def die(*_: object) -> int:
            raise KeyboardInterrupt

        patch.setattr(serving, "_grant", die)
        with pytest.raises(KeyboardInterrupt):
            serve(settings, postgres_server, schema)
    with psycopg.connect(postgres_server) as connection:
        assert connection.execute(f"select max(number) from {schema}.fct_two").fetchone() == (1,)
    assert serve(settings, postgres_server, schema).is_new
    with psycopg.connect(postgres_server) as connection:
        assert connection.execute(f"select max(number) from {schema}.fct_two").fetchone() == (2,)


def test_a_view_of_ones_own_is_never_dropped(
    postgres_server: str, schema: str, tmp_path: Path
) -> None:
    serve(home_with(tmp_path, 1), postgres_server, schema)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"create view public.v_{schema} as select * from {schema}.fct_one")
        with pytest.raises(ServingError, match=rf"public\.v_{schema} \(reads fct_one\)"):
            serve(home_with(tmp_path, 2), postgres_server, schema)
        found = connection.execute(f"select max(number) from public.v_{schema}").fetchone()
        assert found == (1,)
        connection.execute(f"drop view public.v_{schema}")


def test_a_schema_that_is_not_ours_is_left_alone(
    postgres_server: str, schema: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"create schema {schema}; create table {schema}.theirs (i int)")
        with pytest.raises(ServingError, match="didn't make"):
            serve(home_with(tmp_path, 1), postgres_server, schema)
        assert connection.execute(f"select count(*) from {schema}.theirs").fetchone() == (0,)


def test_errors_say_what_to_do_and_hold_no_password(tmp_path: Path) -> None:
    settings = home_with(tmp_path, 1)
    with pytest.raises(ServingError) as caught:
        serve(settings, "postgresql://ana:s3cret@127.0.0.1:1/nowhere?connect_timeout=1")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ServingError, match="can't be a name"):
        serve(settings, "host=nowhere", schema='m"; drop schema x; --')
    with pytest.raises(ServingError, match="csops run"):
        serve(
            Settings(home=tmp_path / "new", sources_file=tmp_path / "s.yml", as_of=AS_OF), "host=x"
        )
