"""`csops erase-contact`: a customer's contact or user is forgotten, and it is proved."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import lock
from orchestration.commands.options import FAILED, Home, Wait, plain_errors, settings_from, stop


def erase_contact(
    who: Annotated[
        str,
        typer.Argument(metavar="CONTACT", help="The person's e-mail address, or a key of theirs."),
    ],
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="Who answers for it; kept with the erasure.")
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Why, such as the number of the request.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show where the person is told of; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask once more.")] = False,
    home: Home = None,
    wait: Wait = lock.DEFAULT_WAIT_SECONDS,
) -> None:
    """Take a customer's contact or user out of raw data, history, published versions and reports.

    Keys become pseudonyms, so no number changes; addresses, names, titles and what the person
    wrote are gone. Every table and file is looked through again at the end. Whatever a source sends
    of the person later is forgotten as it lands; the files that it sends are yours to clean.
    """
    from orchestration.privacy.erasure import NotErasedError, erase, known_person
    from orchestration.privacy.other_files import UnreadableFileError
    from orchestration.privacy.person import EmployeeError, UnknownPersonError

    with plain_errors():
        settings = settings_from(home)
        if not dry_run and not (approved_by.strip() and reason.strip()):
            stop("say who answers for it (--approved-by) and why (--reason)", 2)
        with lock.exclusive(
            settings.lock_file,
            wait,
            lambda holder: typer.echo(f"Waiting for another run: {holder}"),
        ):
            try:
                person, found = known_person(settings, who)
                _show(person.records, found)
                if dry_run:
                    return
                if not yes and not typer.confirm("Erase this person for good?"):
                    stop("nothing was changed", FAILED)
                report = erase(
                    settings, person, approved_by, reason, lambda what: typer.echo(f"… {what}")
                )
            except (UnknownPersonError, EmployeeError, FileNotFoundError) as error:
                stop(str(error), 2)
            except (NotErasedError, UnreadableFileError) as error:
                stop(str(error), FAILED)
        rows = sum(report.warehouse.values())
        typer.echo(
            f"Erased: {rows:,} rows of {len(report.warehouse)} tables, "
            f"{len({place.split(':')[0] for place in report.versions})} published versions, "
            f"{len(report.files)} other files. Nothing here tells of the person any more."
        )
        typer.echo(f"Report  {report.file}")


def _show(records: dict[str, int], found: dict[str, int]) -> None:
    typer.echo("Records of the person: " + ", ".join(sorted(records)))
    for place, rows in found.items():
        typer.echo(f"  {place:<48} {rows:>8,} rows")
