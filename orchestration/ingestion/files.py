"""Which files feed a table, and what can be said of a file's bytes before its content is read."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO, cast

from orchestration.ingestion.checks import FILE_NAME
from orchestration.ingestion.landing_error import LandingError

EXTENSION = re.compile(r"\.(csv|tsv|psv|txt|parquet)(\.gz)?$", re.IGNORECASE)
SIGNATURES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"BZh": "a bzip2 archive",
    b"SQLite format 3": "a SQLite database",
}
BLOCK = 8 << 20


@dataclass(frozen=True)
class DataFile:
    """One file that feeds a table: `name` is its path inside the system's folder."""

    path: Path
    name: str
    size: int
    modified_ns: int
    content_hash: str
    is_parquet: bool
    is_gzip: bool


def logical_name(name: str) -> str:
    """The name without extensions: account.csv, account.csv.gz and account.parquet are one."""
    return EXTENSION.sub("", name)


def table_files(folder: Path, pattern: str) -> list[Path]:
    """The data files inside `folder` that match `pattern`, by name.

    A pattern's final `.*` stands for the extensions of data files only: `account.*` is not
    account.old.csv. Raises LandingError for a name that isn't allow-listed or one that leads out of
    the folder.
    """
    root = folder.resolve()
    found: list[Path] = []
    for path in sorted(root.glob(pattern)):
        if not path.is_file() or not EXTENSION.search(path.name) or path.name.startswith("."):
            continue
        name = str(path.relative_to(root))
        if pattern.endswith(".*") and not fnmatch(logical_name(name), pattern[:-2]):
            continue
        if not all(FILE_NAME.fullmatch(part) for part in path.relative_to(root).parts):
            remedy = "Rename it: letters, digits, spaces and _ - . , ( ) + = @ ~ are allowed."
            raise LandingError(repr(name), "a file name with letters that are not allowed", remedy)
        if not path.resolve().is_relative_to(root):
            remedy = "Configure the folder that it is in, or copy it."
            raise LandingError(name, "a link that leads out of the system's folder", remedy)
        found.append(path)
    _refuse_twins(found, root)
    return found


def _refuse_twins(files: Sequence[Path], root: Path) -> None:
    seen: dict[str, Path] = {}
    for path in files:
        name = logical_name(str(path.relative_to(root)))
        if name in seen:
            message = f"and {seen[name].name} are the same file in two formats"
            raise LandingError(path.name, message, "Keep one of them.")
        seen[name] = path


def inspected(path: Path, name: str) -> DataFile:
    """The file's size, content hash and format; raises LandingError for what can't be a table."""
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            about = os.fstat(stream.fileno())
    except OSError as error:
        reason = error.strerror or str(error)
        raise LandingError(name, f"can't be read: {reason}", "Mend its rights.") from error
    if not about.st_size:
        raise LandingError(name, "is empty (0 bytes)", "Export it again; a header line is enough.")
    is_gzip = start.startswith(b"\x1f\x8b")
    is_parquet = start.startswith(b"PAR1")
    says_parquet = ".parquet" in path.name.lower()
    if is_parquet != says_parquet:
        found = "Parquet" if is_parquet else "not Parquet"
        raise LandingError(name, f"its content is {found}", "Give it the name of its format.")
    if is_gzip != path.name.lower().endswith(".gz"):
        found = "gzip" if is_gzip else "not gzip"
        raise LandingError(name, f"its content is {found}", "Give it the name of its format.")
    for signature, what in SIGNATURES.items():
        if start.startswith(signature):
            raise LandingError(name, f"is {what}", "Export it as CSV (UTF-8) or Parquet.")
    return DataFile(path, name, about.st_size, about.st_mtime_ns, digest, is_parquet, is_gzip)


def refuse_if_changed(file: DataFile) -> None:
    """Raise LandingError when the file is no longer the one that was inspected."""
    about = file.path.stat()
    if (about.st_size, about.st_mtime_ns) != (file.size, file.modified_ns):
        raise LandingError(file.name, "changed while it was being read", "Land it again.")


@contextmanager
def opened(file: DataFile) -> Iterator[BinaryIO]:
    """The file's bytes, decompressed; a truncated archive raises LandingError while it is read."""
    try:
        with gzip.open(file.path) if file.is_gzip else file.path.open("rb") as stream:
            yield cast(BinaryIO, stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"is a truncated or damaged archive ({error})"
        raise LandingError(file.name, message, "Export or copy it again.") from error


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in pieces of whole lines (the last may lack its line end), about 8 MB each."""
    while block := stream.read(BLOCK):
        yield block + (b"" if block.endswith(b"\n") else stream.readline(BLOCK))
