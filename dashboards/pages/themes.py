"""The theme pages in the order of the navigation."""

from __future__ import annotations

from dashboards.marts import Marts
from dashboards.page import Page
from dashboards.pages.capacity import capacity_page
from dashboards.pages.health import health_page
from dashboards.pages.renewals import renewals_page
from dashboards.pages.retention import retention_page
from dashboards.pages.scorecard import scorecard_page


def theme_pages(marts: Marts) -> list[Page]:
    """One page for each theme."""
    return [
        renewals_page(marts),
        retention_page(marts),
        health_page(marts),
        capacity_page(marts),
        scorecard_page(marts),
    ]
