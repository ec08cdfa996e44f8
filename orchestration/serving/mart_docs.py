"""What the YAML twins say of each mart: its description, its columns' and its primary key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from orchestration.ingestion.source_tables import YAML_LOADER


@dataclass(frozen=True)
class MartDocs:
    """Description, primary key (columns in order) and description by column of one mart."""

    description: str = ""
    primary_key: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)


def mart_docs(project: Path) -> dict[str, MartDocs]:
    """The docs of every mart of the dbt project, by name."""
    found: dict[str, MartDocs] = {}
    for file in sorted((project / "dbt_project" / "models" / "marts").rglob("[a-z]*.yml")):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=YAML_LOADER)  # noqa: S506
        for model in content.get("models", []):
            keys = [
                tuple(constraint["columns"])
                for constraint in model.get("constraints", [])
                if constraint["type"] == "primary_key"
            ]
            found[model["name"]] = MartDocs(
                description=str(model.get("description", "")).strip(),
                primary_key=keys[0] if keys else (),
                columns={
                    column["name"]: str(column.get("description", "")).strip()
                    for column in model.get("columns", [])
                },
            )
    return found
