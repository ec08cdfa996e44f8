"""The options that several commands share, and how a command ends when it can't go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from orchestration.lock import BusyError
from orchestration.settings import Settings, SettingsError

FAILED, UNUSABLE, BUSY, INTERRUPTED = 1, 2, 3, 130

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder that holds the private build, the published versions and the run history. "
        "Default: $CSOPS_HOME, else .csops in the project.",
        show_default=False,
    ),
]
SourcesFile = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        help="YAML file that says where your data is. Default: $CSOPS_SOURCES, else sources.yml "
        "of the project, the sample company.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        help="The day to run for; nothing that became known later is used. Default: $CSOPS_AS_OF, "
        "else as_of_date of the sources file, else today (UTC).",
        show_default=False,
    ),
]
Wait = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", help="How long to wait for another run.")
]


def stop(message: str, code: int) -> NoReturn:
    """End the command with a message on stderr and an exit code."""
    sys.stderr.write(f"csops: {message}\n")
    raise typer.Exit(code)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors that a person can mend end the command with their message, not with a traceback."""
    from orchestration.ingestion.problems import ConfigurationError
    from orchestration.publication.rollback import RollbackError

    try:
        yield
    except (SettingsError, ConfigurationError) as error:
        stop(str(error), UNUSABLE)
    except BusyError as error:
        stop(str(error), BUSY)
    except RollbackError as error:
        stop(str(error), FAILED)
    except KeyboardInterrupt:
        stop("interrupted", INTERRUPTED)


def settings_from(
    home: Path | None = None, sources: Path | None = None, as_of: str | None = None
) -> Settings:
    """The settings that these options, the environment and the defaults give."""
    return Settings.from_environment(home, sources, as_of)
