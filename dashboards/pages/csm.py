"""The page of one CSM: what to do today and why, the book, what is overdue, what moves."""

from __future__ import annotations

from typing import Any

from dashboards.formats import day, share, short_money, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.pages.portfolio import Portfolio
from dashboards.tables import Column, Table

UNOWNED = "Accounts without a CSM"
FIRST, NEXT = 10, 40
"""Accounts to look after that a page shows at once, and those behind a click."""
MOVERS = 10
CUT = 100


def csm_page(marts: Marts, known: Portfolio, book: Row) -> Page:
    """The page of the book that `book` describes (a row of csms.html)."""
    slug = book["file"].removeprefix("csm/").removesuffix(".html")
    place = {"folder": f"csm/{slug}/", "root": "../"}
    work = _work(known, book)
    is_owned = book["csm_user_id"] is not None
    return Page(
        file=book["file"],
        title=book["csm"],
        question="What comes first today, and why? How does the book stand?"
        if is_owned
        else "Who pays us and has nobody? The owner in the CRM answers for them.",
        template="csm.html",
        content={
            "facts": _facts(known, book),
            "cards": _cards(book),
            "has_priorities": "priorities" in known.has,
            "account_count": len(work),
            "first": work[:FIRST],
            "second": work[FIRST : FIRST + NEXT],
        },
        tables=[
            _priority_table(work, place),
            _overdue_table(known, book, place),
            *_mover_tables(known, book, place),
            _book_table(book, place),
        ],
        root="../",
        family=("csms.html", "CSMs"),
    )


def _work(known: Portfolio, book: Row) -> list[Row]:
    """The accounts of the book that have a reason, in the order of the mart."""
    found = [
        {"account": account, "reasons": reasons, "points": reasons[0]["account_points"],
         "place": reasons[0]["account_rank"]}
        for account in book["rows"]
        if (reasons := known.of("priorities", account["account_id"]))
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["place"])


def _facts(known: Portfolio, book: Row) -> list[tuple[str, str]]:
    csm = known.csms.get(book["csm_user_id"] or "", {})
    manager = csm.get("manager_user_id")
    facts = [
        ("Team", csm.get("team")),
        ("Region", csm.get("region")),
        ("Manager", known.csm_name(manager) if manager in known.csms else None),
        ("On staff since", day(csm["start_date"]) if csm.get("start_date") else None),
    ]
    return [(label, str(value)) for label, value in facts if value]


def _cards(book: Row) -> list[dict[str, Any]]:
    capacity = book["capacity"]
    by_band = {band: sum((row["arr"] for row in book["rows"] if (row["health_band"] or "none")
                          == band), 0) for band in ("green", "yellow", "red", "none")}  # fmt: skip
    health = ", ".join(
        f"{book[band]} {'without a score' if band == 'none' else band} ({short_money(arr)})"
        for band, arr in by_band.items()
        if book[band]
    )
    cards = [
        {"metric": "book_arr", "label": "ARR", "value": book["arr"], "kind": "short_money",
         "note": f"{book['accounts']} accounts"},
        {"metric": "", "label": "Red accounts", "value": book["red"], "kind": "count",
         "note": health or "no account"},
        {"metric": "renewals_due_90d", "label": "ARR due in 90 days", "value": book["due_arr"],
         "kind": "short_money",
         "note": f"{book['renewals']} renewals" if book["renewals"] is not None else "not known"},
        {"metric": "", "label": "Overdue tasks", "value": book["overdue"], "kind": "count",
         "note": "tasks of playbooks and actions"},
    ]  # fmt: skip
    if book["csm_user_id"]:
        month = capacity.get("month_start_date")
        effort = capacity.get("effort_utilization")
        cards.append(
            {"metric": "book_utilization", "label": "Book against its ARR target",
             "value": book["utilization"], "kind": "share",
             "note": (f"effort {share(effort) if effort is not None else 'not known'}, "
                      f"{words(book['status'] or 'not known').lower()} its targets, "
                      f"{month:%B %Y}") if month else "no target is known"}
        )  # fmt: skip
    return cards


def _priority_table(work: list[Row], place: dict[str, str]) -> Table:
    rows = [
        {"place": one["place"], "account": one["account"]["name"],
         "account_id": one["account"]["account_id"], **reason}
        for one in work
        for reason in one["reasons"]
    ]  # fmt: skip
    columns = [
        Column("place", "Place", "count"),
        Column("account", "Account"),
        Column("reason_kind", "Kind", "words"),
        Column("why", "Why"),
        Column("next_step", "What to do"),
        Column("points", "Points", "count"),
        Column("account_points", "Points of the account", "count"),
        Column("arr", "ARR", "money"),
        Column("account_id", "Account id"),
        Column("owner_user_id", "Who acts"),
    ]
    return Table("priorities", "What to do today", columns, rows, **place)


def _overdue_table(known: Portfolio, book: Row, place: dict[str, str]) -> Table:
    rows = [
        {**task, "account": account["name"], "link": account["link"],
         "owner": known.csm_name(task["owner_user_id"])}
        for account in book["rows"]
        for theme in ("tasks", "actions")
        for task in known.of(theme, account["account_id"])
        if task["is_overdue"]
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["due_date"], row["account"], row["name"]))
    columns = [
        Column("account", "Account", link="link"),
        Column("name", "What", note="detail", wide=True),
        Column("kind", "Kind"),
        Column("due_date", "Due", "day"),
        Column("owner", "Who", "text"),
    ]
    return Table("overdue", "Overdue tasks and actions, the oldest first", columns, rows,
                 "Nothing is overdue.", limit=25, **place)  # fmt: skip


def _mover_tables(known: Portfolio, book: Row, place: dict[str, str]) -> list[Table]:
    rows = [
        {**change, "account": account["name"], "link": account["link"],
         "band": account["health_band"], "band_tone": account["band_tone"], "arr": account["arr"]}
        for account in book["rows"]
        for change in known.of("changes", account["account_id"])
        if change["comparison_days"] == 30 and change["score_change"]
    ]  # fmt: skip
    columns = [
        Column("account", "Account", link="link"),
        Column("score_change", "Points", "point_change"),
        Column("score", "Score", "decimal"),
        Column("band", "Health", "words", tone="band_tone"),
        Column("reason_1", "Why", note="reason_2", wide=True),
        Column("arr", "ARR", "money"),
    ]
    rows.sort(key=lambda row: (row["score_change"], row["account"]))
    down = [row for row in rows if row["score_change"] < 0]
    up = [row for row in reversed(rows) if row["score_change"] > 0]
    return [
        Table("falling", "Health that fell in 30 days, the most first", columns, down,
              "No score fell.", limit=MOVERS, **place),
        Table("rising", "Health that rose in 30 days, the most first", columns, up,
              "No score rose.", limit=MOVERS, **place),
    ]  # fmt: skip


def _book_table(book: Row, place: dict[str, str]) -> Table:
    columns = [
        Column("name", "Account", link="link"),
        Column("segment", "Segment", "words"),
        Column("arr", "ARR", "money", "arr"),
        Column("health_band", "Health", "words", tone="band_tone"),
        Column("health_score", "Score", "decimal", "health_score"),
        Column("health_score_change_30d", "30 days", "point_change"),
        Column("next_renewal_date", "Renewal", "day", tone="renewal_tone"),
        Column("next_renewal_arr", "ARR due", "money"),
        Column("renewal_warnings", "Warnings", "count"),
        Column("open_tickets", "Tickets", "count"),
        Column("overdue", "Overdue", "count"),
        Column("last_meeting_date", "Last met", "day"),
    ]
    return Table("book", "The whole book, the largest first", columns, book["rows"],
                 "No account is in this book.",
                 file_only=[Column("account_id", "Account id")], limit=CUT, **place)  # fmt: skip
