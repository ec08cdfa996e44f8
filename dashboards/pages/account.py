"""The page of one account: the score explained, then everything that stands behind it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from dashboards.charts import Chart
from dashboards.formats import day, short_money, shown, words
from dashboards.marts import Marts, Row
from dashboards.page import Draft, Page
from dashboards.pages.account_tables import account_tables
from dashboards.pages.portfolio import WEEKS, Portfolio
from dashboards.reuse import digest
from dashboards.sparks import Line, spark

NOT_KNOWN = "not known"
UNSCORED = {True: "too little is known", False: "only paying accounts have one"}
CHART_MONTHS = 24
ROOT, FAMILY = "../", ("accounts.html", "Accounts")
SHOWN = ("is_active", "health_band", "band_tone")
"""What the template itself asks of the account; more would change the page without a cause."""


def account_draft(marts: Marts, known: Portfolio, shared: str, account: Row) -> Draft:
    """The account's page, put together only if it has to be; `shared` is `known.shared`."""
    return Draft(
        file=account["file"],
        title=account["name"],
        facts=digest(shared, marts.as_of, account, known.everything_of(account["account_id"])),
        made=partial(account_page, marts, known, account),
        root=ROOT,
        family=FAMILY,
    )


def account_page(marts: Marts, known: Portfolio, account: Row) -> Page:
    """Everything that the published marts know of the account; what they don't is said."""
    account_id = account["account_id"]
    health = next(iter(known.of("health", account_id)), {})
    charts = [
        _score_chart(known, account, marts.as_of),
        _usage_chart(known, account),
        _arr_chart(known, account),
    ]
    return Page(
        file=account["file"],
        title=account["name"],
        question="How does this account stand, why, and what comes next?",
        template="account.html",
        content={
            "account": {key: account[key] for key in SHOWN},
            "book": _book_link(known, account),
            "state": _state(known, account),
            "facts": _facts(account),
            "cards": _cards(account),
            "reasons": known.of("priorities", account_id),
            "has_priorities": "priorities" in known.has,
            "score_words": _score_words(account, health),
            "changes": _changes(known.of("changes", account_id)),
            "charts": [chart for chart in charts if chart],
            "unknown": _unknown(known, account),
        },
        tables=account_tables(known, account),
        root=ROOT,
        family=FAMILY,
    )


def _book_link(known: Portfolio, account: Row) -> tuple[str, str]:
    user_id = account["csm_user_id"]
    if user_id in known.csm_files:
        return f"csm/{known.csm_files[user_id]}.html", str(known.csm_name(user_id))
    if account["is_active"]:
        return "csm/without-a-csm.html", "Without a CSM"
    return "csms.html", "CSMs"


def _state(known: Portfolio, account: Row) -> list[tuple[str, str]]:
    """What a reader must know before anything else: text, and the page to go to instead."""
    found = []
    if account["is_merged"]:
        other = account["surviving_account_id"]
        file = known.account_files.get(other)
        found.append(
            ("This account was merged into another one, which has its history.",
             f"account/{file}.html" if file else "")
        )  # fmt: skip
    elif account["is_deleted"]:
        found.append(("This account was deleted in the CRM.", ""))
    if not account["is_active"] and not account["is_merged"]:
        if account["churned_date"]:
            found.append((f"Not a customer: without ARR since {day(account['churned_date'])}.", ""))
        else:
            found.append(("Not a customer: it has never had ARR.", ""))
    return found


def _facts(account: Row) -> list[tuple[str, str]]:
    parent = account["ultimate_parent_name"]
    facts = [
        ("CSM", account["csm_name"] or account["csm_user_id"] or "nobody"),
        ("Team", account["team"]),
        ("Segment", words(account["segment"]) if account["segment"] else NOT_KNOWN),
        ("Region", (account["region"] or NOT_KNOWN).upper() if account["region"] else NOT_KNOWN),
        ("Industry", account["industry"]),
        ("Touch model", account["touch_model"]),
        ("Group", parent if parent and parent != account["account_name"] else None),
        ("Customer since", day(account["first_customer_date"])
         if account["first_customer_date"] else None),
        ("Id", account["account_id"]),
    ]  # fmt: skip
    return [(label, str(value)) for label, value in facts if value]


def _cards(account: Row) -> list[dict[str, Any]]:
    before = account["arr_year_before"]
    days = account["days_to_renewal"]
    score_change = account["health_score_change_30d"]
    risk = account["churn_risk_band"]
    return [
        {"metric": "arr", "label": f"ARR, {account['reporting_currency']}", "value": account["arr"],
         "kind": "money", "note": f"a year ago {short_money(before)}"},
        {"metric": "health_score", "label": "Health score", "value": account["health_score"],
         "kind": "decimal", "note": (words(account["health_band"]) if account["health_band"]
                                     else UNSCORED[account["is_active"]])
         + (f", {shown(score_change, 'points')} in 30 days" if score_change is not None else "")},
        {"metric": "", "label": "Risk of loss at renewal", "value": account["churn_risk"],
         "kind": "share", "note": f"{risk}, calibrated on past renewals" if risk else NOT_KNOWN},
        {"metric": "renewals_due", "label": "Next renewal", "value": account["next_renewal_arr"],
         "kind": "money",
         "note": _renewal_note(account, days)},
        {"metric": "adoption_rate", "label": "Seats in use", "value": account["adoption_rate"],
         "kind": "share", "note": f"{account['active_users']} of {account['seats']} seats"
         if account["adoption_rate"] is not None else "use is not known"},
        {"metric": "", "label": "NPS", "value": account["nps"], "kind": "decimal",
         "note": "latest answers" if account["nps"] is not None else "nobody has answered"},
        {"metric": "", "label": "Open tickets", "value": account["open_tickets"], "kind": "count",
         "note": f"{account['open_escalations']} escalations open"},
        {"metric": "", "label": "Overdue work", "value": account["overdue"], "kind": "count",
         "note": f"of {account['open_tasks'] + account['open_actions']} open tasks and actions"},
    ]  # fmt: skip


def _renewal_note(account: Row, days: int | None) -> str:
    if days is None:
        return "no open term is known"
    when = f"in {days} days" if days >= 0 else f"{-days} days overdue"
    risk = ", at risk" if account["is_renewal_at_risk"] else ""
    return f"{day(account['next_renewal_date'])}, {when}{risk}"


def _score_words(account: Row, health: Row) -> list[str]:
    """The score in sentences."""
    if account["health_score"] is None:
        if not account["is_active"]:
            return ["Only paying accounts have a score."]
        part = health.get("coverage")
        known = f" Only {part * 100:.0f} % of the weights are known." if part is not None else ""
        return [f"There is no score: too little is known of this account.{known}"]
    found = []
    if health:
        part = f"{health['coverage'] * 100:.0f}"
        known = (
            "Every input is known."
            if part == "100"
            else f"Inputs with {part} % of the weights are known; the others leave them theirs."
        )
        found.append(
            f"{account['health_score']} of 100 is {health['band']}: the grades of the inputs "
            f"below, weighted by version {health['model_version']} of the weights. {known}"
        )
    if account["is_health_overridden"]:
        found.append(
            f"A CSM set it to {account['override_band']} until "
            f"{shown(account['override_end_date'], 'day')}: {shown(account['override_reason'])}. "
            f"Without that it would be {shown(health.get('raw_band'))}."
        )
    return found


def _changes(changes: list[Row]) -> list[tuple[str, list[str]]]:
    found = []
    for row in changes:
        reasons = [row[f"reason_{place}"] for place in (1, 2, 3) if row[f"reason_{place}"]]
        told = (
            f"In {row['comparison_days']} days from {shown(row['previous_score'], 'decimal')} to "
            f"{shown(row['score'], 'decimal')} ({shown(row['score_change'], 'points')})"
        )
        found.append((told, reasons or ["No single cause stands out."]))
    return found


def _score_chart(known: Portfolio, account: Row, as_of: date) -> Chart | None:
    history = next(iter(known.of("scores", account["account_id"])), None)
    if not history:
        return None
    values = dict(zip(history["days"], history["scores"], strict=True))
    # Every week of the year, so that a week without a score is a gap and not a line across it.
    days = [as_of - timedelta(weeks=WEEKS - 1 - week) for week in range(WEEKS)]
    scores = [values.get(one) for one in days]
    some = [score for score in scores if score is not None]
    if not some:
        return None
    return spark(
        "Health score, a year by week",
        days,
        [Line("Score", scores)],
        f"From {some[0]} to {some[-1]}; lowest {min(some)}, highest {max(some)}.",
        high=100,
    )


def _usage_chart(known: Portfolio, account: Row) -> Chart | None:
    rows = known.of("usage", account["account_id"])[:CHART_MONTHS][::-1]
    if len(rows) < 2:
        return None
    newest = rows[-1]
    return spark(
        "Active users (line) and contracted seats (dashes), by month",
        [row["month_start_date"] for row in rows],
        [
            Line("Active users", [row["active_users"] for row in rows]),
            Line("Seats", [row["seats"] for row in rows], is_dashed=True),
        ],
        f"{shown(newest['active_users'], 'count')} of {shown(newest['seats'], 'count')} seats "
        f"in {newest['month_start_date']:%B %Y}.",
    )


def _arr_chart(known: Portfolio, account: Row) -> Chart | None:
    history = next(iter(known.of("arr", account["account_id"])), None)
    if not history:
        return None
    first, last = history["amounts"][0], history["amounts"][-1]
    return spark(
        f"ARR at the end of each month, {account['reporting_currency']}",
        history["days"],
        [Line("ARR", history["amounts"])],
        f"From {short_money(first)} to {short_money(last)}.",
        is_step=True,
    )


def _unknown(known: Portfolio, account: Row) -> list[str]:
    """What isn't known of a paying account, said once and aloud."""
    if not account["is_active"]:
        return []
    missing = [
        label
        for key, label in (
            ("health_score", "health"),
            ("adoption_rate", "seats in use"),
            ("nps", "NPS"),
            ("csm_sentiment", "the CSM’s own view"),
            ("csat_rate", "satisfaction with support"),
            ("last_meeting_date", "the last meeting"),
            ("has_executive_sponsor", "the executive sponsor"),
            ("next_renewal_date", "the next renewal"),
        )
        if account[key] is None
    ]
    return missing
