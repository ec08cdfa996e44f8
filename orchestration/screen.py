"""What a person sees of a run: a line for each step done, plain where there is no terminal."""

from __future__ import annotations

import os

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from orchestration.progress import Progress


class Screen:
    """Prints progress lines; shows the step under way with a spinner on a terminal."""

    def __init__(self, descriptor: int) -> None:
        """A screen on an open file descriptor."""
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
        self.console = Console(file=self._file, highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self.results: dict[str, str] = {}

    def __enter__(self) -> Screen:
        """Itself; the spinner stops when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no spinner behind."""
        self._stop()

    def say(self, text: str, style: str = "") -> None:
        """One line for a person."""
        self._stop()
        self.console.print(escape(text), style=style or None)

    def show(self, progress: Progress) -> None:
        """Progress of a step; only a finished one leaves a line."""
        label = f"{progress.stage:<9}{progress.text}"
        if progress.seconds is None:
            if self.console.is_terminal:
                self._spin(label)
            return
        self.results[progress.stage] = progress.text
        mark, style = ("✗", "red") if progress.failed else ("✓", "green")
        self._stop()
        self.console.print(
            f"[{style}]{mark}[/] {progress.stage:<8} {escape(progress.text):<70} "
            f"[dim]{progress.seconds:6.1f} s[/]"
        )

    def _spin(self, label: str) -> None:
        if self._status is None:
            self._status = self.console.status(escape(label))
            self._status.start()
        self._status.update(escape(label))

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
