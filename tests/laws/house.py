"""What the laws read: tracked files, dbt models with their YAML twins, SQL without comments."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"


@dataclass(frozen=True)
class Model:
    """A dbt model: its file, its layer (first folder under models) and its twin's content."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def layer(self) -> str:
        return self.path.relative_to(MODELS).parts[0]

    @property
    def twin(self) -> Path:
        return self.path.with_suffix(".yml")

    @property
    def sql(self) -> str:
        return without_comments(self.path.read_text(encoding="utf-8"))

    @property
    def properties(self) -> dict[str, Any]:
        content = yaml.safe_load(self.twin.read_text(encoding="utf-8"))
        return next(entry for entry in content["models"] if entry["name"] == self.name)

    @property
    def references(self) -> set[str]:
        return set(re.findall(r"\bref\(\s*['\"](\w+)['\"]", self.sql))

    @property
    def sources(self) -> set[tuple[str, str]]:
        return set(re.findall(r"\bsource\(\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]", self.sql))


def without_comments(sql: str) -> str:
    """SQL with Jinja and line comments blanked, so that a law judges code only."""
    sql = re.sub(r"\{#.*?#\}", " ", sql, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", " ", sql)


@cache
def models() -> tuple[Model, ...]:
    return tuple(Model(path) for path in sorted(MODELS.rglob("*.sql")))


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git tracks (or would, for a tree without git)."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode != 0:
        return tuple(path for path in ROOT.rglob("*") if path.is_file())
    return tuple(path for line in listing.stdout.splitlines() if (path := ROOT / line).is_file())


def text_of(path: Path) -> str | None:
    """A file's text, or None for a binary one."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
