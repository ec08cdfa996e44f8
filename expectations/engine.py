"""Great Expectations on a DuckDB file, read-only and silent: the only module that knows it."""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

ROWS = "unexpected_rows_expectation"
CHEAP = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Counts only: the offending keys come from our own SQL."""


@dataclass(frozen=True)
class Observation:
    """What Great Expectations said of one expectation; `error` where it could not say."""

    success: bool
    unexpected_count: int | None
    element_count: int | None
    observed: str
    error: str | None = None


def failure(error: str) -> Observation:
    """The observation of a check that could not be answered: it has not passed."""
    return Observation(False, None, None, "", error)


def _quiet(connection: Any, _: Any) -> None:
    """Keep DuckDB's progress bar, which it draws where it takes a process for a notebook, away."""
    connection.execute("set enable_progress_bar = false")


class Session:
    """One read-only connection to a warehouse, on which table after table is validated."""

    def __init__(self, warehouse: Path) -> None:
        """Opens nothing that writes. Raises what Great Expectations raises on a missing file."""
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{warehouse}",
            create_temp_table=False,
            kwargs={
                "isolation_level": "AUTOCOMMIT",
                "skip_autocommit_rollback": True,
                "connect_args": {"read_only": True},
                "pool_events": [(_quiet, "connect")],
            },
        )
        self._engines: list[Any] = [self._source.get_engine()]

    def observe(
        self, table: str, expectations: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Observation]:
        """Validates one table in one batch; `expectations` are Great Expectations' own, by name.

        A name that Great Expectations gives no answer to is missing from what is returned.
        """
        import great_expectations as gx

        schema, _, name = table.partition(".")
        asset = self._source.add_table_asset(f"{table}#{len(self._engines)}", name, schema)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        execution = batch.data.execution_engine
        self._engines.append(execution.engine)
        execution.dialect_module = _regex_dialect()
        suite = gx.ExpectationSuite(
            name=table,
            expectations=[
                {**expectation, "type": _type(expectation), "meta": {"check": check}}
                for check, expectation in expectations.items()
            ],
        )
        outcome = batch.validate(suite, result_format=CHEAP)
        return {
            result.expectation_config.meta["check"]: observation(result.to_json_dict())
            for result in outcome.results
        }

    def close(self) -> None:
        """Lets go of the file, so that a writer may open it."""
        for engine in self._engines:
            engine.dispose()


@contextlib.contextmanager
def open_session(warehouse: Path) -> Iterator[Session]:
    """A session that closes whatever happens in it."""
    load()
    session = Session(warehouse)
    try:
        yield session
    finally:
        session.close()


@cache
def load() -> None:
    """Imports Great Expectations once (3-5 CPU seconds), with analytics and its noise off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations  # noqa: F401

    atexit.register(_silence_the_binding)


def _type(expectation: Mapping[str, Any]) -> str:
    return _rows_counted() if expectation["type"] == ROWS else expectation["type"]


@cache
def _rows_counted() -> str:
    """The type of an expectation that counts rows by SQL; Great Expectations' own also reads them.

    That would run every query twice, for rows that nobody looks at.
    """
    from great_expectations.expectations import UnexpectedRowsExpectation

    class UnexpectedRowsCounted(UnexpectedRowsExpectation):
        metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

        def _validate(
            self,
            metrics: dict[str, Any],
            runtime_configuration: dict[str, Any] | None = None,
            execution_engine: Any = None,
        ) -> dict[str, Any]:
            count = metrics["unexpected_rows_query.row_count"]
            return {"success": count == 0, "result": {"observed_value": count}}

    return UnexpectedRowsCounted.expectation_type


def _silence_the_binding() -> None:
    """DuckDB 2.0's binding prints its leaks after Python has ended; by now all else is said."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _regex_dialect() -> Any:
    from sqlalchemy.dialects import postgresql

    return postgresql


def observation(result: Mapping[str, Any]) -> Observation:
    """One Great Expectations result as plain values; anything odd about it is an error."""
    error = _exception(result.get("exception_info") or {})
    if error:
        return failure(error)
    success, found = result.get("success"), result.get("result") or {}
    if not isinstance(success, bool):
        return failure(f"Great Expectations answered {success!r} instead of true or false")
    observed = found.get("observed_value")
    unexpected = found.get("unexpected_count")
    if result["expectation_config"]["type"] in (ROWS, _rows_counted()):
        unexpected = observed
    if unexpected is None and success:
        unexpected = 0
    if unexpected is not None and (not _is_count(unexpected) or (success and unexpected)):
        return failure(f"Great Expectations counted {unexpected!r} failing rows and said {success}")
    return Observation(
        success=success,
        unexpected_count=None if unexpected is None else int(unexpected),
        element_count=found.get("element_count"),
        observed="" if observed is None else str(observed),
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value) and value >= 0


def _exception(info: Mapping[str, Any]) -> str | None:
    entries: Sequence[Any] = [info, *(entry for entry in info.values() if isinstance(entry, dict))]
    for entry in entries:
        if entry.get("raised_exception"):
            return str(entry.get("exception_message") or "an exception without a message")
    return None
