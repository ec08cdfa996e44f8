"""A copy of the dbt project and its reference lists that a test may change, parsed by dbt."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.compiled_models import DBT_PROJECT, ROOT


class ProjectCopy:
    """The project in a folder of its own."""

    def __init__(self, folder: Path, as_of: date) -> None:
        """Copy the models, macros and lists of the project to `folder`."""
        self.folder, self.as_of = folder, as_of
        self.reference = folder / "seeds" / "reference"
        left_out = shutil.ignore_patterns("target", "logs")
        shutil.copytree(DBT_PROJECT, folder / "dbt_project", ignore=left_out)
        shutil.copytree(ROOT / "seeds" / "reference", self.reference)

    def replace(self, file: str, old: str, new: str) -> None:
        """Change a text that stands once in a file of dbt's models folder."""
        path = self.folder / "dbt_project" / "models" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        """Add lines to the end of a file of dbt's models folder."""
        with (self.folder / "dbt_project" / "models" / file).open("a", encoding="utf-8") as lines:
            lines.write(text)

    def add_row(self, seed: str, row: Mapping[str, str]) -> None:
        """Add a line to a reference list."""
        path = self.reference / f"{seed}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        with path.open("a", encoding="utf-8", newline="") as lines:
            csv.DictWriter(lines, header, lineterminator="\n").writerow(row)

    def manifest(self) -> dict[str, Any]:
        """What dbt reads from the copy as it is now."""
        self._dbt("parse")
        return json.loads((self.folder / "target" / "manifest.json").read_text(encoding="utf-8"))

    def compiled(self, names: Sequence[str]) -> dict[str, str]:
        """The SQL of some models."""
        self._dbt("compile", "--select", *names)
        text = (self.folder / "target" / "manifest.json").read_text(encoding="utf-8")
        nodes = json.loads(text)["nodes"]
        return {name: nodes[f"model.csops.{name}"]["compiled_code"] for name in names}

    def _dbt(self, *command: str) -> None:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        project = str(self.folder / "dbt_project")
        variables = json.dumps({"as_of_date": self.as_of.isoformat(), "systems": []})
        before = os.environ.get("CSOPS_WAREHOUSE")
        os.environ["CSOPS_WAREHOUSE"] = str(self.folder / "warehouse.duckdb")
        try:
            result = dbtRunner().invoke(
                [
                    *("--quiet", "--log-level-file", "none", *command),
                    *("--project-dir", project, "--profiles-dir", project),
                    *("--target-path", str(self.folder / "target"), "--vars", variables),
                ]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
            if before is None:
                del os.environ["CSOPS_WAREHOUSE"]
            else:
                os.environ["CSOPS_WAREHOUSE"] = before
        assert result.success, result.exception or result.result
