"""Single random numbers at the price of a list look-up, for the per-account play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


class Draws:
    """Uniform numbers taken in blocks from one numpy Generator."""

    def __init__(self, random: np.random.Generator) -> None:
        """Draw from `random` alone."""
        self._next = self._stream(random).__next__

    @staticmethod
    def _stream(random: np.random.Generator) -> Iterator[float]:
        while True:
            yield from random.random(65_536).tolist()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._next() < probability

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._next()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self._next())

    def choice(self, weights: Sequence[float]) -> int:
        """An index drawn by weight (weights sum to 1)."""
        rest = self._next()
        for index, weight in enumerate(weights):
            rest -= weight
            if rest < 0:
                return index
        return len(weights) - 1

    def normal(self) -> float:
        """About standard normal: the sum of twelve uniforms, less six."""
        take = self._next
        return sum(take() for _ in range(12)) - 6.0
