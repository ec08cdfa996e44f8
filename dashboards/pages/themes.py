"""The theme pages in the order of the navigation."""

from __future__ import annotations

from dashboards.marts import Marts
from dashboards.page import Page


def theme_pages(marts: Marts) -> list[Page]:
    """One page for each theme."""
    return []
