"""A person is forgotten in a whole home, and what can be looked at afterwards is looked at."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.database import connect
from orchestration.privacy.classification import personal_columns
from orchestration.privacy.erasing import erase_in_database, mentions
from orchestration.privacy.other_files import erase_in_files, files_with_mentions
from orchestration.privacy.person import Person, find_person
from orchestration.privacy.published_versions import (
    erase_in_versions,
    may_hold_more,
    mentions_in_version,
)
from orchestration.privacy.register import (
    Erasure,
    privacy_folder,
    read_register,
    write_register,
)
from orchestration.privacy.rewriting import rewrite
from orchestration.publication.versions import versions
from orchestration.settings import Settings


class NotErasedError(RuntimeError):
    """Something still tells of the person; the message says where."""


@dataclass(frozen=True)
class ErasureReport:
    """What an erasure changed (rows by place) and where its report lies."""

    erasure_id: str
    warehouse: dict[str, int]
    versions: dict[str, int]
    files: dict[str, int]
    file: Path


def known_person(settings: Settings, who: str) -> tuple[Person, dict[str, int]]:
    """The person and the rows of the private build that tell of them, by table; changes nothing.

    Raises UnknownPersonError, EmployeeError, or FileNotFoundError before the first run.
    """
    if not settings.warehouse.is_file():
        raise FileNotFoundError(f"{settings.warehouse} isn't there: nothing has been run here yet")
    columns = personal_columns(settings.project)
    with connect(settings.warehouse, read_only=True) as connection:
        person = find_person(connection, columns, who)
        return person, mentions(connection, columns, person)


def erase(
    settings: Settings,
    person: Person,
    approved_by: str,
    reason: str,
    tell: Callable[[str], None] = lambda _: None,
) -> ErasureReport:
    """Forget the person in the private build, the published versions and every file of the home.

    Landing forgets them again whenever a source sends them once more. The caller holds the home's
    lock. Raises NotErasedError when a last look still finds them.
    """
    columns = personal_columns(settings.project)
    register = read_register(settings.home)
    erasure = Erasure(
        erasure_id=secrets.token_hex(8),
        erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
        approved_by=approved_by,
        reason=reason,
        hashes=tuple(
            sorted(register.hashed(one) for one in {*person.emails, *(k for _, k in person.keys)})
        ),
    )
    # First the salt alone, which pseudonyms need. The private build is what knows them, and a run
    # forgets there whom the register names: so both come last, and after a kill before them the
    # same command finds and finishes the rest, even if a run came in between.
    write_register(settings.home, register)
    tell("published versions")
    published = erase_in_versions(settings.published, columns, person, register.salt)
    tell("reports, logs and run history")
    files = erase_in_files(settings, person, register.salt)
    register.erasures.append(erasure)
    write_register(settings.home, register)
    tell("private build")
    warehouse = _erase_in_warehouse(settings, person, register.salt)
    tell("last look")
    left = remaining(settings, person)
    if left:
        places = ", ".join(f"{place} ({rows})" for place, rows in left.items())
        raise NotErasedError(f"still told of in {places}. Run the same command again")
    report = privacy_folder(settings.home) / f"erasure_{erasure.erasure_id}.json"
    found = ErasureReport(erasure.erasure_id, warehouse, published, files, report)
    _write_report(report, erasure, found)
    return found


def remaining(settings: Settings, person: Person) -> dict[str, int]:
    """What in the home (still) tells of the person, or may: rows or 1 by place; empty is proof."""
    columns = personal_columns(settings.project)
    with connect(settings.warehouse, read_only=True) as connection:
        left = mentions(connection, columns, person)
    for version in versions(settings.published):
        found = mentions_in_version(settings.published, version, columns, person)
        left |= {f"{version}: {place}": rows for place, rows in found.items()}
        if may_hold_more(settings.published, version):
            left[f"{version}: rows that no query shows"] = 1
    for file in files_with_mentions(settings, person):
        left[str(file.relative_to(settings.home))] = 1
    return left


def _erase_in_warehouse(settings: Settings, person: Person, salt: str) -> dict[str, int]:
    """In a copy, which replaces the private build when it is written anew without them."""
    columns, warehouse = list(personal_columns(settings.project)), settings.warehouse
    with connect(warehouse) as connection:
        if not mentions(connection, columns, person):
            return {}
        connection.execute("checkpoint")  # so that the file is all there is to copy
    # A run sweeps folders of this name; the file's own name is what its views speak of.
    aside = warehouse.parent / "erasing.tmp"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    draft, new = aside / warehouse.name, aside / "rewritten.duckdb"
    shutil.copyfile(warehouse, draft)
    with connect(draft) as connection:
        connection.execute("set timezone = 'UTC'")
        changed = erase_in_database(connection, columns, person, salt)
    rewrite(draft, new)
    new.replace(warehouse)
    shutil.rmtree(aside)
    return changed


def _write_report(file: Path, erasure: Erasure, found: ErasureReport) -> None:
    content = {
        "erasure_id": erasure.erasure_id,
        "erased_at": erasure.erased_at,
        "approved_by": erasure.approved_by,
        "reason": erasure.reason,
        "changed_rows": {
            "private_build": found.warehouse,
            "published_versions": found.versions,
            "other_files": found.files,
        },
        "rows_that_still_tell_of_the_person": 0,
    }
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
