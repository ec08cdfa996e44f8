"""Logs, reports, pages, run history: a person is taken out of every other file of a home."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from orchestration.ingestion.quoting import identifier, path_literal
from orchestration.privacy.erasing import mentions, tokens, without
from orchestration.privacy.person import Person
from orchestration.settings import Settings

SQLITE_START = b"SQLite format 3\x00"
PARQUET_START = b"PAR1"
HANDLED_ELSEWHERE = ("warehouse", "published", "privacy")


class UnreadableFileError(RuntimeError):
    """A file tells of the person and is of a kind that can't be written anew."""


def erase_in_files(settings: Settings, person: Person, salt: str) -> dict[str, int]:
    """Take the person out of the home's other files; 1, or changed rows, by file.

    Raises UnreadableFileError for a file of another kind that has an address or a name in it.
    """
    changed: dict[str, int] = {}
    for file in files_with_mentions(settings, person):
        name = str(file.relative_to(settings.home))
        start = _start(file)
        if start.startswith(SQLITE_START):
            changed[name] = _erase_in_sqlite(file, person, salt)
        elif start.startswith(PARQUET_START):
            raise UnreadableFileError(f"{file}: delete it, or run `csops site` to make it anew")
        else:
            _erase_in_text(file, person, salt)
            changed[name] = 1
    return changed


def files_with_mentions(settings: Settings, person: Person) -> Iterator[Path]:
    """The home's files outside of its databases that have the person's keys, address or name."""
    wanted = [token.lower().encode() for token in tokens(person)]
    for folder, inner, names in os.walk(settings.home):
        if Path(folder) == settings.home:
            inner[:] = [one for one in inner if one not in HANDLED_ELSEWHERE]
        for name in sorted(names):
            file = Path(folder) / name
            if not file.is_symlink() and _has_mentions(file, wanted, person):
                yield file


def _has_mentions(file: Path, wanted: list[bytes], person: Person) -> bool:
    if _start(file).startswith(PARQUET_START):
        import duckdb

        with duckdb.connect() as connection:
            connection.execute(f"create table one as from read_parquet({path_literal(file)})")
            return bool(mentions(connection, [], person))
    content = file.read_bytes().lower()
    return any(token in content for token in wanted)


def _erase_in_text(file: Path, person: Person, salt: str) -> None:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{file}: tells of the person and isn't text; delete it, then erase again"
        ) from error
    aside = file.with_name(f".{file.name}.next")
    aside.write_text(without(text, person, salt), encoding="utf-8")
    aside.chmod(file.stat().st_mode)
    aside.replace(file)


def _erase_in_sqlite(file: Path, person: Person, salt: str) -> int:
    """Every text of every table; then the file is written anew, so that no old page is left."""
    changed = 0
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("without", 1, lambda text: without(text, person, salt))
        names = [
            name
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        for table in names:
            for row in connection.execute(f"pragma table_info({identifier(table)})").fetchall():
                column = identifier(row[1])
                done = connection.execute(
                    f"update {identifier(table)} set {column} = without({column}) "
                    f"where typeof({column}) = 'text' and {column} <> without({column})"
                )
                changed += done.rowcount
        connection.commit()
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
    return changed


def _start(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(len(SQLITE_START))
