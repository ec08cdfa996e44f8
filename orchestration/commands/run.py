"""`csops run`: the whole way of a row, from files to a published version."""

from __future__ import annotations

import contextlib
import logging
import os
import time
import traceback
from typing import Annotated

import typer

from orchestration import lock, progress, recovery
from orchestration.commands.options import (
    BUSY,
    FAILED,
    INTERRUPTED,
    UNUSABLE,
    AsOf,
    Home,
    SourcesFile,
    Wait,
)
from orchestration.run_log import open_log
from orchestration.screen import Screen
from orchestration.settings import Settings, SettingsError

log = logging.getLogger("csops")
PAGES = {"published__site", "governance_reports"}


class Stop(Exception):  # noqa: N818 - not an error but the end of a run, said in words
    """The run ends here: a message for a person and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        """Keep the exit code beside the message."""
        super().__init__(message)
        self.code = code


def run(
    sources: SourcesFile = None,
    as_of: AsOf = None,
    home: Home = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild incremental tables from nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Run even when nothing has changed since the last run.")
    ] = False,
    wait: Wait = lock.DEFAULT_WAIT_SECONDS,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the log and any traceback on the screen.")
    ] = False,
) -> None:
    """Ingest, check, build, audit and publish; readers get the new version at the very end.

    Without options it runs the sample company. A failed, stopped or killed run leaves the last
    published version as it was; just run again. When neither a file, nor the day, nor the project
    has changed since the last success, there is nothing to do. What the libraries say is in
    <home>/logs.
    """
    from orchestration.ingestion.problems import ConfigurationError

    started = time.monotonic()
    screen, errors = Screen(os.dup(1)), Screen(os.dup(2))
    code, settings, log_file = 0, None, None
    try:
        settings = Settings.from_environment(home, sources, as_of)
        log_file = open_log(settings, verbose)
        with screen:
            _run(settings, screen, full_refresh, again, wait)
            _summarise(settings, screen, time.monotonic() - started)
    except (Stop, SettingsError, ConfigurationError) as stop:
        code = stop.code if isinstance(stop, Stop) else UNUSABLE
        errors.say(f"csops run: {stop}", "red")
    except KeyboardInterrupt:
        code = INTERRUPTED
        errors.say("csops run: interrupted; nothing new was published. Just run it again.", "red")
    except Exception as error:
        code = FAILED
        log.error("%s", traceback.format_exc())
        root = _root_cause(error)
        errors.say(f"csops run: {type(root).__name__}: {root}", "red")
        if verbose:
            errors.say(traceback.format_exc())
    if code and log_file:
        errors.say(f"Details: {log_file}")
    # After an interrupt dbt may be at work in its thread, and leaving must not wait for it; what it
    # leaves half-done is cleared by the next run, as after a kill.
    logging.shutdown()
    os._exit(code)


def _run(settings: Settings, screen: Screen, full_refresh: bool, again: bool, wait: float) -> None:
    from orchestration import unchanged
    from orchestration.commands.ui import export
    from orchestration.ingestion.problems import ConfigurationError

    export(settings)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(
                lock.exclusive(
                    settings.lock_file,
                    wait,
                    lambda who: screen.say(f"Waiting for another run to finish: {who}"),
                )
            )
        except lock.BusyError as busy:
            raise Stop(str(busy), BUSY) from busy
        for leftover in recovery.sweep_files(settings):
            log.info("swept %s, left by a killed run", leftover)
        screen.say(f"Run for {settings.as_of}, {settings.sources_file}")
        reads = None
        with contextlib.suppress(ConfigurationError):  # the doctor says it better
            reads = unchanged.what_a_run_reads(settings)
        if reads and not (full_refresh or again) and unchanged.nothing_to_do(settings, reads):
            screen.say(
                "Nothing has changed since the last run: the same files, day and project. "
                "What is published stands; --again runs it all the same."
            )
            return
        _examine(settings, screen)
        stack.enter_context(progress.listening(screen.show))
        from orchestration.main_job import execute

        outcome = execute(settings, full_refresh, wait)
        if outcome.success and reads:
            unchanged.remember(settings, reads)
    if not outcome.success:
        said = "\n".join(f"{step}: {text}" if step else text for step, text in outcome.failures)
        only_site = {step for step, _ in outcome.failures} <= PAGES
        kept = (
            "its tables are published" if only_site else "readers keep the last published version"
        )
        raise Stop(f"the run failed; {kept}.\n{said}", FAILED)


def _examine(settings: Settings, screen: Screen) -> None:
    """The doctor first: what is sure to fail fails before anything is touched."""
    from orchestration.ingestion.doctor import diagnose

    findings = diagnose(settings)
    for finding in findings:
        if finding.severity == "warning":
            screen.say(f"! {finding.where}: {finding.message} {finding.remedy}", "yellow")
    wrong = [f"{f.where}: {f.message} {f.remedy}" for f in findings if f.severity == "error"]
    if wrong:
        raise Stop("the configuration can't be run:\n" + "\n".join(wrong), UNUSABLE)


def _root_cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _summarise(settings: Settings, screen: Screen, seconds: float) -> None:
    from orchestration.summary import summary_lines

    for line in summary_lines(settings, screen.results, seconds):
        screen.say(line)
