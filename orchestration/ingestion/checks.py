"""Checks that the parts of the sources file have in common: keys, file names, delimiters."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from orchestration.ingestion.problems import Problem, did_you_mean

FILE_PATTERN = re.compile(r"[\w*][\w .,()+=@~*-]*(/[\w*][\w .,()+=@~*-]*)*")
FILE_NAME = re.compile(r"\w[\w .,()+=@~-]*")


def check_keys(
    entry: Mapping[str, Any], known: Collection[str], where: str, problems: list[Problem]
) -> None:
    """Report every key of `entry` that isn't known; `where` is the path with its final dot."""
    for key in entry:
        if key not in known:
            problems.append(Problem(f"{where}{key}", "unknown key", did_you_mean(key, known)))


def checked_pattern(value: Any, where: str, problems: list[Problem]) -> str:
    """A file name or pattern inside the system's folder, allow-listed letter by letter."""
    if not isinstance(value, str) or not FILE_PATTERN.fullmatch(value):
        problems.append(
            Problem(
                where,
                f"{value!r} is not a file name inside the system's folder",
                "Use letters, digits, spaces and _ - . , ( ) + = @ ~, with * for any letters; "
                "no '..' and no absolute path.",
            )
        )
        return ""
    return value


def checked_delimiter(value: Any, where: str, problems: list[Problem]) -> str | None:
    """One of the four delimiters, or None where the header line decides."""
    if value in (None, ",", ";", "\t", "|"):
        return value
    if value == "tab":
        return "\t"
    problems.append(Problem(where, f"{value!r} is not a delimiter", "Use ',', ';', '|' or tab."))
    return None
