"""The page of one account, with every figure as it is read, for both HTML and PDF."""

from __future__ import annotations

from dashboards.qbr.facts import Facts, Row
from dashboards.qbr.layout import Page
from dashboards.qbr.sections import (
    adoption_beside_peers,
    adoption_now,
    goals,
    is_known,
    next_steps,
    open_risks,
    renewal,
    renewal_words,
    seats_and_users,
    support,
    value_delivered,
    working_together,
)
from dashboards.qbr.wording import REGIONS, SEGMENTS, UNKNOWN, day, money, name_of, plain, share


def account_page(facts: Facts, version: str, for_customer: bool = False) -> Page:
    """The page from the facts; `for_customer` leaves out what is for our eyes only."""
    account = facts.account
    ours = [] if for_customer else [open_risks(facts)]
    words = [
        f"{name_of(account['segment'], SEGMENTS)} · {name_of(account['region'], REGIONS)}"
        if account["segment"] or account["region"]
        else "segment and region not known",
        *([plain(account["industry"])] if account["industry"] else []),
        _customer_words(account),
        f"CSM {plain(account['csm_name'])}",
    ]
    return Page(
        name=plain(account["account_name"]) if account["account_name"] else facts.account_id,
        subtitle=" · ".join(words),
        kind="Business review" if for_customer else "Business review, internal",
        day=day(facts.day),
        headline=_headline(facts, for_customer),
        left=[
            value_delivered(facts),
            seats_and_users(facts),
            adoption_beside_peers(facts),
            support(facts),
        ],
        right=[
            goals(facts),
            *ours,
            working_together(facts),
            renewal(facts),
            next_steps(facts, with_tasks=not for_customer),
        ],
        source=f"Account {facts.account_id}; published version {version}. Figures are those of the "
        f"published marts at the end of {day(facts.day)}; what isn't known is said to be so.",
    )


def _customer_words(account: Row) -> str:
    since, until = account["first_customer_date"], account["churned_date"]
    if since is None:
        return "no customer yet"
    if account["is_customer"] or until is None:
        return f"customer since {day(since)}"
    return f"customer from {day(since)} to {day(until)}"


def _headline(facts: Facts, for_customer: bool) -> list[tuple[str, str, str]]:
    account, now = facts.account, adoption_now(facts)
    due = facts.renewal["due_date"] if facts.renewal else None
    arr = money(account["arr"], account["reporting_currency"]) if account["is_customer"] else "none"
    seats = f"{now['active_users']:,} of {now['seats']:,} seats" if now and is_known(now) else ""
    tiles = [
        ("Annual recurring revenue", arr, ""),
        ("Next renewal", *renewal_words(facts, due)),
        ("Seats in use", share(now["adoption_rate"]) if now else UNKNOWN, seats),
    ]
    health = facts.health
    if for_customer:
        return tiles
    if health and health["score"] is not None:
        tiles.append(("Health", f"{health['score']:.0f} of 100", health["band"] or ""))
    else:
        tiles.append(("Health", UNKNOWN, "too little is known for a score" if health else ""))
    return tiles
