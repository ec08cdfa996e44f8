"""The `csops` command; each of its commands lives in `orchestration/commands/`."""

from __future__ import annotations

import typer

from orchestration.commands.docs import docs
from orchestration.commands.doctor import doctor
from orchestration.commands.erase_contact import erase_contact
from orchestration.commands.metrics import metricflow, metrics
from orchestration.commands.publish import publish
from orchestration.commands.qbr import qbr
from orchestration.commands.query import query
from orchestration.commands.rollback import rollback
from orchestration.commands.run import run
from orchestration.commands.site import site
from orchestration.commands.status import status
from orchestration.commands.ui import ui
from orchestration.commands.weights import weights

app = typer.Typer(
    name="csops",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Customer-success numbers that can be trusted: raw files in, published tables out. "
    'Start with `csops run`; then `csops query "select * from marts.dim_accounts"`.',
)
for command in (run, doctor, status, query, metrics, qbr, site, docs, publish, rollback, ui):
    app.command()(command)
app.command("erase-contact")(erase_contact)
app.command(name="mf", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    metricflow
)
app.add_typer(weights)


def main() -> None:
    """Run the command line; the package's entry point."""
    app()


if __name__ == "__main__":
    main()
