"""dbt's parsed project, kept in the home so that only changed files are ever parsed again.

`make setup` parses the project as it comes (`python -m orchestration.dbt_manifest`); a home that
has nothing kept yet takes that, as long as no file and no setting that dbt reads is another one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt_variables import DbtVariables
from orchestration.lock import exclusive
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

KINDS = ("msgpack", "json")
LEFT_BY_A_PARSE = ("manifest.json", "semantic_manifest.json")
"""What lineage and `csops metrics` read in dbt's target folder."""
_loaded: dict[str, Manifest] = {}


def manifest_dict(settings: Settings, variables: DbtVariables) -> Mapping[str, Any]:
    """`manifest.json` as a dict, for definitions. Raises DbtError where dbt can't parse."""
    stamp = _stamp(settings, variables)
    file = _kept(settings, stamp, "json")
    if not file.is_file() and not _taken_from_set_up(settings, stamp):
        _parse_and_keep(settings, variables, stamp)
    return json.loads(file.read_text(encoding="utf-8"))


def manifest(settings: Settings, variables: DbtVariables) -> Manifest:
    """dbt's own manifest, ready to run with. Raises DbtError where dbt can't parse."""
    stamp = _stamp(settings, variables)
    if stamp not in _loaded:
        file = _kept(settings, stamp, "msgpack")
        if file.is_file() or _taken_from_set_up(settings, stamp):
            from dbt.contracts.graph.manifest import Manifest

            _loaded[stamp] = Manifest.from_msgpack(file.read_bytes())
            _loaded[stamp].build_flat_graph()
        else:
            _parse_and_keep(settings, variables, stamp)
    return _loaded[stamp]


def _parse_and_keep(settings: Settings, variables: DbtVariables, stamp: str) -> None:
    """Parse and keep both forms, each whole or not at all; dbt's own files a kill may cut short."""
    from orchestration.dbt import parse

    folder = settings.dbt_target / "kept"
    with exclusive(settings.dbt_target / "parse.lock"):
        _forget_old_selectors(settings)
        parsed = parse(settings, variables)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        _write(_kept(settings, stamp, "msgpack"), parsed.to_msgpack())
        _write(_kept(settings, stamp, "json"), (settings.dbt_target / "manifest.json").read_bytes())
    _loaded[stamp] = parsed


def set_up(settings: Settings) -> None:
    """Parse the project as it comes, for every home that is made of it. Raises DbtError."""
    from orchestration.project import load_project

    manifest(_of_set_up(settings), load_project(settings).variables)


def _of_set_up(settings: Settings) -> Settings:
    return replace(settings, home=settings.project / "dbt_project" / "target" / "setup")


def _taken_from_set_up(settings: Settings, stamp: str) -> bool:
    """Whether set-up has parsed the very same; then all that a parse leaves is in the home too."""
    parsed = _of_set_up(settings)
    files = {_kept(parsed, stamp, kind): _kept(settings, stamp, kind) for kind in KINDS}
    files |= {parsed.dbt_target / name: settings.dbt_target / name for name in LEFT_BY_A_PARSE}
    if not all(file.is_file() for file in files):
        return False
    for file, target in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, file.read_bytes())
    return True


def _kept(settings: Settings, stamp: str, kind: str) -> Path:
    return settings.dbt_target / "kept" / f"{stamp}.{kind}"


def _write(file: Path, content: bytes) -> None:
    aside = file.with_suffix(file.suffix + ".next")
    aside.write_bytes(content)
    aside.replace(file)


def _stamp(settings: Settings, variables: DbtVariables) -> str:
    """Changes with any file that dbt reads, and with any var but the day; not with the home.

    What dbt parses names the warehouse by its file's name, wherever that lies.
    """
    from importlib.metadata import version

    lines = [
        variables.for_parsing().as_json(),
        settings.warehouse.name,
        version("dbt-core"),
        version("dbt-duckdb"),
    ]
    for file in _dbt_files(settings.project):
        about = file.stat()
        lines.append(f"{file} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def _dbt_files(project: Path) -> Iterator[Path]:
    ignored = {"target", "logs", "dbt_packages"}
    for folder in (project / "dbt_project", project / "seeds" / "reference"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not ignored & set(file.relative_to(folder).parts):
                yield file


def _forget_old_selectors(settings: Settings) -> None:
    """dbt's kept parse state would bring back the selectors it was made with."""
    state = settings.dbt_target / "partial_parse.msgpack"
    selectors = settings.project / "dbt_project" / "selectors.yml"
    if state.is_file() and selectors.stat().st_mtime_ns > state.stat().st_mtime_ns:
        state.unlink()


if __name__ == "__main__":
    set_up(Settings.from_environment())
