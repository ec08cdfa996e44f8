"""Dagster's SQLite event log: one connection kept open, many events to a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import dagster as dg
import sqlalchemy
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

BUSY_TIMEOUT_SECONDS = 60
HELD_SECONDS = 0.25
"""So long may events of tables and checks wait to be seen by others, who wait as long to write."""
MANY = frozenset(
    {
        dg.DagsterEventType.STEP_OUTPUT,
        dg.DagsterEventType.ASSET_MATERIALIZATION,
        dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
        dg.DagsterEventType.ASSET_CHECK_EVALUATION,
        dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED,
    }
)
"""A run has thousands of these; every other event is written at once."""


class KeptConnectionEventLog(ConsolidatedSqliteEventLogStorage):
    """A third of the CPU of Dagster's own, which opens the file and looks at its tables each time.

    A kill may lose the events of the last quarter of a second, a power cut a few more; neither
    harms the file.
    """

    @cached_property
    def _engine(self) -> sqlalchemy.Engine:
        engine = sqlalchemy.create_engine(
            self._conn_string, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
        )

        @sqlalchemy.event.listens_for(engine, "connect")
        def relax(connection: Any, _: Any) -> None:
            connection.execute("pragma synchronous = normal")

        return engine

    @cached_property
    def _columns_seen(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _tables_seen(self) -> set[str]:
        return set()

    @cached_property
    def _held(self) -> _Held:
        return _Held(self._engine)

    @contextmanager
    def _connect(self) -> Iterator[sqlalchemy.Connection]:
        with self._held.connection() as held:
            if held is not None:
                yield held
                return
        with self._engine.begin() as connection:
            yield connection

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Store an event; one of many shares its transaction with those around it."""
        if event.dagster_event_type not in MANY:
            self._held.commit()
            super().store_event(event)
            return
        with self._held.open():
            super().store_event(event)

    def has_table(self, table_name: str) -> bool:
        """Whether the event log has a table; once there, it stays."""
        if table_name not in self._tables_seen and sqlalchemy.inspect(self._engine).has_table(
            table_name
        ):
            self._tables_seen.add(table_name)
        return table_name in self._tables_seen

    def _has_asset_key_col_on_connection(
        self, conn: sqlalchemy.Connection, column_name: str
    ) -> bool:
        if column_name not in self._columns_seen:
            self._columns_seen[column_name] = super()._has_asset_key_col_on_connection(
                conn, column_name
            )
        return self._columns_seen[column_name]

    def dispose(self) -> None:
        """Close the kept connection together with the storage."""
        self._held.commit()
        super().dispose()
        self._engine.dispose()


class _Held:
    """A transaction that all threads share, committed a moment after it began."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._connection: sqlalchemy.Connection | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Write within the transaction, which is begun where there is none."""
        with self._lock:
            if self._connection is None:
                self._connection = self._engine.connect()
                self._connection.begin()
                timer = threading.Timer(HELD_SECONDS, self.commit)
                timer.daemon = True
                timer.start()
            try:
                yield
            except BaseException:
                self._end(commit=False)
                raise

    @contextmanager
    def connection(self) -> Iterator[sqlalchemy.Connection | None]:
        """The connection of the transaction, where one is open; nobody else uses it meanwhile."""
        with self._lock:
            yield self._connection

    def commit(self) -> None:
        """Let others see what was written, if anything was."""
        with self._lock:
            self._end(commit=True)

    def _end(self, commit: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with connection:
                connection.commit() if commit else connection.rollback()
