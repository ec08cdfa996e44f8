"""The books: all CSMs side by side, one page each, and the way to every account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.formats import share, words
from dashboards.marts import Marts, Row
from dashboards.page import Draft, Page
from dashboards.pages.account import account_draft
from dashboards.pages.csm import UNOWNED, csm_page
from dashboards.pages.portfolio import Portfolio, portfolio, with_themes
from dashboards.tables import Column, Table

LISTED = 12_000
"""Accounts that the list of names shows: a page stays under 2 MB."""
PORTION = 2_000
"""Accounts whose rows are in memory at once; a book stays whole."""


@dataclass(frozen=True)
class Portion:
    """Books and accounts whose pages are written together; `known` has what they share, and of the
    accounts' rows only theirs. `shared` is `Portfolio.shared` of the whole company."""

    known: Portfolio
    shared: str
    books: Sequence[Row]
    accounts: Sequence[Row]

    @property
    def files(self) -> list[str]:
        """The portion's pages by their names in the site."""
        return [one["file"] for one in (*self.books, *self.accounts)]


def overviews_and_portions(marts: Marts) -> tuple[list[Page], list[Portion]]:
    """The pages of all books and all accounts, and what the pages of each are made from."""
    known = portfolio(marts)
    books = _books(known) if known else []
    overviews = [_csms_page(books), _accounts_page(known)]
    if not known:
        return overviews, []
    shared = known.shared()
    return overviews, [
        Portion(_known_of(known, accounts), shared, some, accounts)
        for some, accounts in _portions(known, books)
    ]


def portion_pages(marts: Marts, portion: Portion) -> Iterator[Page | Draft]:
    """The portion's pages, one after the other."""
    known = with_themes(marts, portion.known, portion.accounts)
    for book in portion.books:
        yield csm_page(marts, known, book)
    for account in portion.accounts:
        yield account_draft(marts, known, portion.shared, account)


def _known_of(known: Portfolio, accounts: Sequence[Row]) -> Portfolio:
    """What the pages of these accounts read of the portfolio, so that a process gets little."""
    ids = {row[name] for row in accounts for name in ("account_id", "surviving_account_id")}
    files = {key: file for key, file in known.account_files.items() if key in ids}
    return replace(known, accounts=accounts, soon={}, account_files=files)


def _portions(known: Portfolio, books: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """Whole books with their accounts, then the accounts in no book, so many that memory bears."""
    some: list[Row] = []
    accounts: list[Row] = []
    for book in books:
        some.append(book)
        accounts.extend(book["rows"])
        if len(accounts) >= PORTION:
            yield some, accounts
            some, accounts = [], []
    for account in known.accounts:
        if not account["is_active"]:
            accounts.append(account)
            if len(accounts) >= PORTION:
                yield some, accounts
                some, accounts = [], []
    if some or accounts:
        yield some, accounts


def _books(known: Portfolio) -> list[Row]:
    """Each CSM's book, the largest first, then the accounts without a CSM."""
    own: dict[str | None, list[Row]] = {user_id: [] for user_id in known.csm_files}
    for row in known.accounts:
        if row["is_active"]:
            own.setdefault(row["csm_user_id"] or None, []).append(row)
    unowned = own.pop(None, [])
    books = [_book(known, user_id, rows) for user_id, rows in own.items()]
    books.sort(key=lambda book: (-book["arr"], book["csm_user_id"]))
    return [*books, _book(known, None, unowned)]


def _book(known: Portfolio, user_id: str | None, accounts: list[Row]) -> Row:
    csm = known.csms.get(user_id, {}) if user_id else {}
    soon = [row for account in accounts for row in known.soon.get(account["account_id"], [])]
    bands = dict.fromkeys(("green", "yellow", "red", "none"), 0)
    for row in accounts:
        bands[row["health_band"] or "none"] += 1
    return {
        "csm_user_id": user_id,
        "csm": known.csm_name(user_id) or UNOWNED,
        "team": csm.get("team"),
        "region": csm.get("region"),
        "rows": accounts,
        "accounts": len(accounts),
        "arr": sum(row["arr"] for row in accounts),
        **bands,
        "renewals": len(soon) if "renewals" in known.has else None,
        "due_arr": sum(row["due_arr"] for row in soon) if "renewals" in known.has else None,
        "overdue": sum(row["overdue"] for row in accounts),
        "capacity": known.capacity.get(user_id or "", {}),
        "utilization": known.capacity.get(user_id or "", {}).get("book_utilization"),
        "effort": known.capacity.get(user_id or "", {}).get("effort_utilization"),
        "status": known.capacity.get(user_id or "", {}).get("utilization_status"),
        "status_tone": {"over": "poor", "within": "good"}.get(
            known.capacity.get(user_id or "", {}).get("utilization_status", ""), ""
        ),
        "file": f"csm/{known.csm_files[user_id]}.html" if user_id else "csm/without-a-csm.html",
    }


def _csms_page(books: Sequence[Row]) -> Page:
    for book in books:
        book["link"] = book["file"]
        effort = f", effort {share(book['effort'])}" if book["effort"] is not None else ""
        book["status_words"] = words(book["status"]) + effort if book["status"] else ""
        number = book["renewals"]
        book["renewals_words"] = f"{number} renewal{'s' if number != 1 else ''}" if number else ""
    columns = [
        Column("csm", "CSM", link="link", note="team"),
        Column("accounts", "Accounts", "count", "book_accounts"),
        Column("arr", "ARR", "money", "arr"),
        Column("green", "Green", "count"),
        Column("yellow", "Yellow", "count"),
        Column("red", "Red", "count"),
        Column("none", "No score", "count"),
        Column("due_arr", "Due, 90 days", "money", "renewals_due_90d", note="renewals_words"),
        Column("overdue", "Overdue", "count"),
        Column("utilization", "Of target", "share", "book_utilization", tone="status_tone",
               note="status_words"),
    ]  # fmt: skip
    file_only = [
        Column("renewals", "Renewals in 90 days"),
        Column("effort", "Effort against hours"),
        Column("status", "Load"),
        Column("csm_user_id", "CSM id"),
    ]
    return Page(
        file="csms.html",
        title="CSMs",
        question="Who looks after what, how is it doing, and whose book is too full?",
        template="csms.html",
        content={"cards": _total_cards(books)},
        tables=[Table("books", "Books on the as-of day, and the accounts without a CSM", columns,
                      books, file_only=file_only)] if books else [],
    )  # fmt: skip


def _total_cards(books: Sequence[Row]) -> list[dict[str, Any]]:
    if not books:
        return []
    accounts = sum(book["accounts"] for book in books)
    total = sum(book["arr"] for book in books)
    scored = accounts - sum(book["none"] for book in books)
    due = [book for book in books if book["due_arr"] is not None]
    return [
        {"metric": "arr", "label": "ARR", "value": total, "kind": "short_money",
         "note": f"{accounts} accounts in {len(books) - 1} books"},
        {"metric": "", "label": "Without a CSM", "value": books[-1]["accounts"], "kind": "count",
         "note": "paying accounts that nobody looks after"},
        {"metric": "", "label": "Red", "value": sum(book["red"] for book in books),
         "kind": "count", "note": f"of {scored} accounts with a score"},
        {"metric": "renewals_due_90d", "label": "ARR due in 90 days",
         "value": sum(book["due_arr"] for book in due) if due else None, "kind": "short_money",
         "note": f"{sum(book['renewals'] for book in due)} renewals" if due else "not known"},
        {"metric": "", "label": "Overdue tasks", "value": sum(book["overdue"] for book in books),
         "kind": "count", "note": "tasks of playbooks and actions"},
    ]  # fmt: skip


def _accounts_page(known: Portfolio | None) -> Page:
    accounts = known.accounts if known else []
    columns = [
        Column("account_id", "Account id"),
        Column("name", "Account"),
        Column("csm_name", "CSM"),
        Column("segment", "Segment"),
        Column("region", "Region"),
        Column("arr", "ARR"),
        Column("health_band", "Health"),
        Column("health_score", "Score"),
        Column("next_renewal_date", "Next renewal"),
        Column("next_renewal_arr", "ARR due"),
        Column("file", "Page"),
    ]
    return Page(
        file="accounts.html",
        title="Accounts",
        question="Where is the page of an account?",
        template="accounts.html",
        content={
            "accounts": accounts[:LISTED],
            "hidden_count": max(0, len(accounts) - LISTED),
        },
        tables=[Table("accounts", "All accounts", columns, accounts)] if accounts else [],
    )
