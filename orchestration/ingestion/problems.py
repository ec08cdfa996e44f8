"""What is wrong with a configuration: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the key path in the file, a sentence, and a remedy."""

    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.key}: {self.message}. {self.remedy}"


class ConfigurationError(ValueError):
    """The sources file can't be used; `problems` lists everything that is wrong with it."""

    def __init__(self, file: object, problems: Iterable[Problem]) -> None:
        """Keep the problems and say them all."""
        self.file = file
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{file}: {problem}" for problem in self.problems))


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """`Did you mean 'x'?` when one known name is close, else the list of known names."""
    names = sorted(known)
    close = get_close_matches(str(name).lower(), names, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(names) or 'none'}."
