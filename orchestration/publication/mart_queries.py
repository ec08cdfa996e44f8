"""What readers get of a mart, as a query on the build."""

from __future__ import annotations

from orchestration.privacy.protection import Protection
from orchestration.publication.build_state import MARTS
from orchestration.publication.fingerprints import quoted


def published_rows(table: str, protected: Protection) -> str:
    """The query that gives what readers get of a mart."""
    replaced = ", ".join(
        f"{value} as {quoted(column)}" for (of, column), value in protected.items() if of == table
    )
    columns = f"* replace ({replaced})" if replaced else "*"
    return f"select {columns} from {MARTS}.{quoted(table)}"
