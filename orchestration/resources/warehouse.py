"""The private warehouse of a home, as Dagster's steps get it: settings, the lock, connections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field, PrivateAttr

from orchestration import lock, recovery
from orchestration.database import connect
from orchestration.run_log import ensure_log
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from orchestration.ingestion.landing import Load


class Warehouse(dg.ConfigurableResource):
    """Holds the home's lock for as long as the run lasts, whoever started the run.

    What is left empty comes from CSOPS_HOME, CSOPS_SOURCES and CSOPS_AS_OF, else the defaults.
    """

    home: str = Field("", description="The folder that the run builds in and publishes to.")
    sources: str = Field("", description="The sources file to read.")
    as_of: str = Field("", description="The day to run for, as YYYY-MM-DD.")
    wait_seconds: float = Field(
        lock.DEFAULT_WAIT_SECONDS, description="How long to wait for another run to finish."
    )
    full_refresh: bool = Field(False, description="Rebuild incremental tables from nothing.")
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _settings: Settings | None = PrivateAttr(default=None)
    _load: Any = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """Places and day of this run; the same from its first step to its last."""
        if self._settings is None:
            self._settings = Settings.from_environment(self.home, self.sources, self.as_of)
        return self._settings

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Take the lock, waiting for another run, and clear what a killed run left."""
        settings = self.settings
        ensure_log(settings)
        if context.run_id:
            self._held.enter_context(recovery.alive(settings.dagster_home, context.run_id))
        self._held.enter_context(
            lock.exclusive(
                settings.lock_file,
                self.wait_seconds,
                lambda who: context.log and context.log.info(f"waiting for another run: {who}"),
            )
        )
        recovery.sweep_files(settings)
        os.environ["CSOPS_WAREHOUSE"] = str(settings.warehouse)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Let the next run go."""
        try:
            if self._load is not None:
                with self.connection() as connection:
                    self.close_load(connection)
        finally:
            self._held.close()

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A writing connection to the private file; closed when the block ends."""
        self.settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with connect(self.settings.warehouse) as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection

    def open_load(self, connection: duckdb.DuckDBPyConnection) -> Load:
        """The load of this run, the same for every system; begun by the first that asks."""
        from orchestration.ingestion.landing import start_load

        if self._load is None:
            self._load = start_load(connection, self.settings.as_of)
        return self._load

    def close_load(self, connection: duckdb.DuckDBPyConnection, status: str = "landed") -> None:
        """Say how the load of this run ended, if one is open."""
        from orchestration.ingestion.landing import finish_load

        if self._load is not None:
            finish_load(connection, self._load, status)
            self._load = None
