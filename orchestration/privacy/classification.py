"""Which columns hold personal data, and of which kind, as the YAML beside the tables says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.ingestion.source_tables import YAML_LOADER

PERSON_ID = "person_id"
PERSON_EMAIL = "person_email"
PERSON_NAME = "person_name"
PERSON_DETAIL = "person_detail"
PERSON_TEXT = "person_text"
EMPLOYEE_NAME = "employee_name"
EMPLOYEE_EMAIL = "employee_email"
ANY_TEXT = "any_text"
CLASSES = frozenset(
    [
        PERSON_ID,
        PERSON_EMAIL,
        PERSON_NAME,
        PERSON_DETAIL,
        PERSON_TEXT,
        EMPLOYEE_NAME,
        EMPLOYEE_EMAIL,
        ANY_TEXT,
    ]
)


@dataclass(frozen=True)
class PersonalColumn:
    """One column that holds personal data; `privacy` is one of CLASSES."""

    schema: str
    table: str
    column: str
    privacy: str


@cache
def personal_columns(project: Path) -> tuple[PersonalColumn, ...]:
    """Every classified column: raw tables, contract tables (mapped ones too), and marts.

    Raises ValueError, naming file and column, for a class that there isn't.
    """
    models = project / "dbt_project" / "models"
    found: list[PersonalColumn] = []
    for file in sorted((models / "staging").glob("*/_*__sources.yml")):
        for source in _content(file).get("sources", []):
            for table in source["tables"]:
                found += _classified(file, source["schema"], table)
    for layer, schemas in (("conformed", ("conformed", "raw_mapped")), ("marts", ("marts",))):
        for file in sorted((models / layer).rglob("[a-z]*.yml")):
            for model in _content(file).get("models", []):
                for schema in schemas:
                    found += _classified(file, schema, model)
    return tuple(found)


def _classified(file: Path, schema: str, table: Mapping[str, Any]) -> Iterator[PersonalColumn]:
    for column in table.get("columns") or []:
        privacy = ((column.get("config") or {}).get("meta") or {}).get("privacy")
        if privacy is None:
            continue
        if privacy not in CLASSES:
            raise ValueError(
                f"{file}: {table['name']}.{column['name']}: privacy {privacy!r} is not one of "
                f"{', '.join(sorted(CLASSES))}"
            )
        yield PersonalColumn(schema, table["name"], column["name"], privacy)


def _content(file: Path) -> Mapping[str, Any]:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=YAML_LOADER) or {}  # noqa: S506
