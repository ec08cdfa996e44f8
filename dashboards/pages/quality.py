"""Data quality: what a governance review is run from, and each team's list of what to mend."""

from __future__ import annotations

from dashboards.marts import Marts
from dashboards.page import Page
from dashboards.pages.accuracy import accuracy, accuracy_charts, accuracy_tables
from dashboards.pages.expectations import calendar_table, failure_table, rule_table, suite_table
from dashboards.pages.faults import fix_tables, fixes, identity_table, team_table, teams
from dashboards.pages.sources import drift_table, freshness_tables, low_days_table, volume_charts


def quality_page(marts: Marts) -> Page:
    """Accuracy, faults by rule and owner, sources, suites, quarantine and overrides."""
    fields = accuracy(marts, "company")
    faults = fixes(marts)
    return Page(
        file="quality.html",
        title="Data quality",
        question="What is wrong in the data, who mends it by when, and what does it put at stake?",
        template="quality.html",
        content={
            "fields": fields,
            "charts": accuracy_charts(marts),
            "teams": teams(faults),
            "volume_charts": volume_charts(marts),
        },
        tables=[
            table
            for table in (
                *accuracy_tables(marts),
                team_table(faults),
                *fix_tables(faults),
                identity_table(faults),
                rule_table(marts),
                *freshness_tables(marts),
                low_days_table(marts),
                drift_table(marts),
                suite_table(marts),
                failure_table(marts),
                calendar_table(marts),
            )
            if table
        ],
    )
