"""`csops weights`: what the churn-risk runs propose, and the decision to use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.options import FAILED, UNUSABLE, Home, plain_errors, settings_from, stop
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from orchestration.churn_risk.report import RecordedRun

RUNS = "marts.fct_churn_risk_model_runs"
TABLES = (RUNS, "marts.fct_churn_risk_coefficients", "marts.fct_health_weight_proposals")

weights = typer.Typer(
    name="weights",
    no_args_is_help=True,
    help="Health weights and churn-risk models that past renewals speak for. Nothing of it counts "
    "until you accept it: then it is a change of seeds/reference that you review and commit.",
)

RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="The run, or its first letters; `latest` is the last.")
]


@weights.command("list")
def list_runs(home: Home = None) -> None:
    """List the fits of the churn-risk model that the published version knows, the last one last."""
    from orchestration.churn_risk.report import headline, rows_of

    with plain_errors(), _published(settings_from(home)) as connection:
        for row in rows_of(connection, f"select * from {RUNS} order by run_number"):
            known = f"outcomes to {row['known_to_date']}" if row["known_to_date"] else "no outcome"
            used = "; accepted" if row["is_accepted"] else ""
            typer.echo(f"{row['run_id']}  {known}: {headline(row)}{used}")


@weights.command("show")
def show_run(run: RunId = "latest", home: Home = None) -> None:
    """Show what a run learned, how good it is on later renewals, and the weights it proposes."""
    from orchestration.churn_risk.report import described

    with plain_errors(), _published(settings_from(home)) as connection:
        typer.echo("\n".join(described(_run(connection, run))))


@weights.command("accept")
def accept_run(
    run: RunId,
    owner: Annotated[str, typer.Option(help="Team that decides this.", prompt="Owner (a team)")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.", prompt="Reason")],
    valid_from: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="First day on which it counts. Default: the day after the published one. Days "
            "that are built already change only with `csops run --full-refresh`.",
        ),
    ] = None,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Accept the churn-risk model.")
    ] = True,
    proposal: Annotated[
        bool, typer.Option("--weights/--no-weights", help="Accept the proposed health weights.")
    ] = True,
    home: Home = None,
) -> None:
    """Turn a run into new rows of seeds/reference, judged as every run judges them.

    Old rows stay as they are. Look at the change, commit it; the next `csops run` uses it.
    """
    from orchestration.churn_risk.acceptance import AcceptanceError, Signature, accept
    from orchestration.health_policy import PolicyError

    with plain_errors():
        settings = settings_from(home)
        with _published(settings) as connection:
            found = _run(connection, run)
            day = _first_day(valid_from, connection)
        try:
            written = accept(
                found,
                Signature(owner, reason, day),
                settings.project / "seeds" / "reference",
                model,
                proposal,
            )
        except (AcceptanceError, PolicyError) as error:
            stop(str(error), UNUSABLE)
    for file, rows in written.items():
        typer.echo(f"seeds/reference/{file}: {rows} new rows, valid from {day}")
    typer.echo("Review the change (git diff seeds/reference) and commit it.")


@contextmanager
def _published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    file = settings.published / "current.duckdb"
    if not file.exists():
        stop(f"nothing is published in {file.parent} yet; run `csops run` first", FAILED)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def _run(connection: duckdb.DuckDBPyConnection, wanted: str) -> RecordedRun:
    from orchestration.churn_risk.report import recorded_run

    known = connection.execute(f"select run_id from {RUNS} order by run_number").fetchall()
    names = [name for (name,) in known]
    found = names[-1:] if wanted == "latest" else [n for n in names if n.startswith(wanted)]
    if len(found) != 1:
        what = "is no run" if not found else f"are {len(found)} runs"
        stop(f"{wanted!r} {what}; these are: {', '.join(names) or 'none'}", UNUSABLE)
    return recorded_run(connection, found[0], TABLES)


def _first_day(text: str | None, connection: duckdb.DuckDBPyConnection) -> date:
    if text is None:
        newest = connection.execute("select max(date_day) from marts.fct_account_health_daily")
        [(day,)] = newest.fetchall()
        return day + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--valid-from: {text!r} is not a day such as 2026-07-01", UNUSABLE)
