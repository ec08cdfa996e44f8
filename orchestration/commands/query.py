"""`csops query`: one SQL question to the published tables, which it can only read."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.commands.options import FAILED, Home, plain_errors, settings_from, stop


def query(
    sql: Annotated[
        str, typer.Argument(help="One SQL statement; the tables are in schema `marts`.")
    ],
    home: Home = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Ask the published version something, for example "select count(*) from marts.dim_accounts".

    The file is opened read-only and cut off from other files and the network.
    """
    with plain_errors():
        import duckdb

        file = settings_from(home).published / "current.duckdb"
        if not file.exists():
            stop(f"nothing is published in {file.parent} yet; run `csops run` first", FAILED)
        with duckdb.connect(
            str(file),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        ) as connection:
            try:
                answer = connection.execute(sql)
                names = [column[0] for column in answer.description or []]
                rows = answer.fetchall()
            except duckdb.Error as error:
                stop(str(error), FAILED)
        _print(names, rows, as_csv)


def _print(names: list[str], rows: list[tuple[object, ...]], as_csv: bool) -> None:
    if as_csv:
        import csv
        import sys

        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows([_harmless(value) for value in row] for row in rows)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*names)
    for row in rows:
        table.add_row(*["" if value is None else str(value) for value in row])
    Console().print(table)


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
