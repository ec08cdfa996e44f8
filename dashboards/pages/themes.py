"""The theme pages in the order of the navigation."""

from __future__ import annotations

from dashboards.marts import Marts
from dashboards.page import Page
from dashboards.pages.renewals import renewals_page
from dashboards.pages.retention import retention_page


def theme_pages(marts: Marts) -> list[Page]:
    """One page for each theme."""
    return [renewals_page(marts), retention_page(marts)]
