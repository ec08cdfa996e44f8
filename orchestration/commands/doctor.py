"""`csops doctor`: what is wrong with a configuration, before anything runs."""

from __future__ import annotations

import typer

from orchestration.commands.options import (
    UNUSABLE,
    AsOf,
    Home,
    SourcesFile,
    plain_errors,
    settings_from,
)


def doctor(sources: SourcesFile = None, as_of: AsOf = None, home: Home = None) -> None:
    """Check the sources file, the files it names and the day, without changing anything.

    Tells of unreadable files, unmapped required columns, unknown systems, a day without data.
    Exit code 2 means that `csops run` would stop.
    """
    with plain_errors():
        from orchestration.ingestion.doctor import diagnose

        findings = diagnose(settings_from(home, sources, as_of))
        for finding in findings:
            typer.echo(f"{finding.severity:<8}{finding.where}: {finding.message} {finding.remedy}")
        errors = [finding for finding in findings if finding.severity == "error"]
        warnings = [finding for finding in findings if finding.severity == "warning"]
        wrong = errors or warnings
        typer.echo(
            f"{len(errors)} errors, {len(warnings)} warnings" if wrong else "Nothing is wrong."
        )
        if errors:
            raise typer.Exit(UNUSABLE)
