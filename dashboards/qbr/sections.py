"""The sections of the page, each from the facts that it tells of."""

from __future__ import annotations

from datetime import date

from dashboards.qbr import charts
from dashboards.qbr.facts import MONTHS, Facts, Row
from dashboards.qbr.layout import Chart, Section, Table
from dashboards.qbr.wording import (
    SEGMENTS,
    UNKNOWN,
    WARNINGS,
    count,
    day,
    hours,
    money,
    month,
    name_of,
    of,
    plain,
    share,
)

MOST_ROWS = 4
"""Rows of a table before "and more": the page stays one page."""


def renewal_words(facts: Facts, due: date | None) -> tuple[str, str]:
    """When it renews, and how long that is from now."""
    if due is not None:
        days = (due - facts.day).days
        ahead = f"in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} overdue"
        return day(due), "due today" if days == 0 else ahead
    if facts.account["is_evergreen"]:
        return "none", "the contract has no end"
    if facts.account["renewal_date"] is not None:
        return day(facts.account["renewal_date"]), "by the CRM; no contract term says so"
    return UNKNOWN, ""


def adoption_now(facts: Facts) -> Row | None:
    """The adoption of the published day's month, if there is a figure."""
    last = facts.adoption[-1] if facts.adoption else None
    return last if last and last["date_day"] == facts.day else None


def is_known(adoption: Row | None) -> bool:
    """Whether there is a figure."""
    return bool(adoption) and adoption["adoption_rate"] is not None


def value_delivered(facts: Facts) -> Section:
    """First and full value, milestones, and what closed success plans reached."""
    done = [plan for plan in facts.plans if not plan["is_open"]]
    reached = _sum(done, "reached_objective_count")
    goals = of(reached, _sum(done, "objective_count"))
    start = facts.onboarding or {}
    lines = [
        ("First value reached", _arrival(start, "first_value")),
        ("Full value reached", _arrival(start, "value")),
        ("Onboarding milestones", of(start.get("reached_milestones"), start.get("milestones"))),
        ("Plans closed in 12 months", count(len(done), "plan") if done else "none on record"),
    ]
    return Section("Value delivered", lines + ([("Goals reached in them", goals)] if done else []))


def _arrival(start: Row, stage: str) -> str:
    if start.get(f"{stage}_date") is None:
        return "not recorded" if start.get("milestones") else UNKNOWN
    days = start[f"days_to_{stage}"]
    return day(start[f"{stage}_date"]) + (
        f", {count(days, 'day')} after signing" if days is not None and days >= 0 else ""
    )


def seats_and_users(facts: Facts) -> Section:
    """Active users under seats, month by month."""
    rows = {row["month_start_date"]: row for row in facts.adoption}
    months = _months(facts)
    used = [rows.get(m, {}).get("active_users") for m in months]
    seats = [rows.get(m, {}).get("seats") for m in months]
    known = [i for i, value in enumerate(used) if value is not None]
    if not known:
        return Section("Seats and users", note="Use and seats aren't known yet.")
    first, last = known[0], known[-1]
    alt = (
        f"Active users and seats at each month's end: {count(used[first], 'user')} of "
        f"{count(seats[first], 'seat')} in {month(months[first])}, {count(used[last], 'user')} of "
        f"{count(seats[last], 'seat')} in {month(months[last])}."
    )
    return Section(
        "Seats and users",
        chart=Chart(charts.trend([month(m) for m in months], used, seats), alt),
        note=f"Distinct users active in 28 days at each month's end; {_moved(used, known)}",
    )


def _moved(used: list[int | None], known: list[int]) -> str:
    first, last = used[known[0]] or 0, used[known[-1]] or 0
    if len(known) == 1:
        return "one month is known."
    word = "up" if last > first else "down" if last < first else "unchanged"
    return f"{word} {'at' if word == 'unchanged' else f'from {first:,} to'} {last:,}."


def adoption_beside_peers(facts: Facts) -> Section:
    """Its adoption in the quartiles of its segment."""
    now = adoption_now(facts)
    if not is_known(now):
        return Section("Adoption beside its peers", note="Its adoption isn't known yet.")
    features = ("Key features in use", count(now["key_features_used"], "feature"))
    if now["adoption_percentile"] is None:
        lines = [("Seats in use", share(now["adoption_rate"])), features]
        return Section("Adoption beside its peers", lines, note="It has no peers to compare with.")
    others = now["peer_accounts"] - 1
    segment = name_of(now["segment"], SEGMENTS)
    middle = f"{share(now['peer_adoption_low'])} to {share(now['peer_adoption_high'])}"
    lines = [
        ("Seats in use", f"{share(now['adoption_rate'])}; median {segment} "
                         f"{share(now['peer_adoption_median'])}"),
        ("Higher than", f"{share(now['adoption_percentile'])} of {others:,} others"),
        features,
    ]  # fmt: skip
    alt = (
        f"Seats in use: this account {share(now['adoption_rate'])}; half of the {segment} accounts "
        f"lie between {middle}, their median is {share(now['peer_adoption_median'])}."
    )
    numbers = ("adoption_rate", "peer_adoption_low", "peer_adoption_median", "peer_adoption_high")
    picture = charts.quartiles(*(float(now[name]) for name in numbers))
    note = f"Band: the middle half of the {segment} accounts; line in it: their median."
    return Section("Adoption beside its peers", lines, Chart(picture, alt), note=note)


def support(facts: Facts) -> Section:
    """Tickets, first answers and satisfaction of twelve months."""
    support, ratings = facts.support, facts.ratings
    if facts.first_ticket_date is None:
        return Section("Support, 12 months", note="No support desk is connected.")
    if not support.get("tickets"):
        return Section("Support, 12 months", note="No ticket of this account is on record.")
    months = _months(facts)
    seen = {row["month_start_date"]: row["tickets"] for row in facts.tickets_monthly}
    first = max(filter(None, [facts.first_ticket_date, facts.account["first_customer_date"]]))
    values = [seen.get(m) or (0 if m >= first.replace(day=1) else None) for m in months]
    lines = [
        ("Tickets; open now", f"{support['tickets']:,}; {support['open_tickets']:,}"),
        ("First answer, median", hours(support["first_response_hours"])),
        ("First answer within target", of(support["on_time_responses"], support["due_responses"])),
        ("Satisfied", of(ratings["good"], ratings["rated"]) if ratings["rated"] else
         "no ratings"),
    ]  # fmt: skip
    told = ", ".join(f"{month(m)} {v}" for m, v in zip(months, values, strict=True) if v)
    chart = Chart(charts.bars([month(m) for m in months], values), f"Tickets by month: {told}.")
    return Section("Support, 12 months", lines, chart)


def goals(facts: Facts) -> Section:
    """The open success plans."""
    plans = [plan for plan in facts.plans if plan["is_open"]]
    if not plans:
        return Section("Goals", note="No open success plan is on record.")
    rows = [
        [plain(plan["plan_name"]), of(plan["reached_objective_count"], plan["objective_count"]),
         day(plan["due_date"]) + (" (overdue)" if plan["is_overdue"] else "")]
        for plan in plans
    ]  # fmt: skip
    return Section("Goals", table=_table(["Plan", "Reached", "Due"], rows))


def open_risks(facts: Facts) -> Section:
    """Warnings of the renewal and why health fell."""
    rows = [[name_of(row["warning"], WARNINGS), day(row["began_date"])] for row in facts.warnings]
    reasons = [facts.reasons[f"reason_{n}"] for n in (1, 2, 3)] if facts.reasons else []
    spoken = "; ".join(plain(reason) for reason in reasons[:2] if reason)
    note = f"Why health fell: {spoken}." if spoken else ""
    if facts.health is None:
        note = "Its health isn't known. " + note
    if not rows:
        return Section("Open risks", note=("No renewal warning stands. " + note).strip())
    return Section("Open risks", table=_table(["Warning", "Since"], rows), note=note.strip())


def working_together(facts: Facts) -> Section:
    """Meetings, contacts, the sponsor and the business reviews."""
    known, reviews = facts.engagement, facts.reviews
    if known is None:
        return Section("Working together", note="No dealings with this account are on record.")
    sponsor = "known" if known["executive_sponsor_known"] else "none known"
    if known["last_executive_meeting_date"] is not None:
        sponsor += f", last met {day(known['last_executive_meeting_date'])}"
    met = known["last_meeting_date"]
    lines = [
        ("Meetings in 90 days", f"{known['window_meeting_count']:,}"
         + (f"; the last on {day(met)}" if met else "; none ever on record")),
        ("Contacts who engaged", f"{known['engaged_contact_count']:,}"),
        ("Executive sponsor", sponsor),
    ]  # fmt: skip
    if reviews.get("due_reviews"):
        kept = of(reviews["kept_reviews"], reviews["due_reviews"])
        lines.append(("Reviews held on cadence", kept))
    if reviews.get("last_review_date"):
        lines.append(("Last business review", day(reviews["last_review_date"])))
    return Section("Working together", lines)


def renewal(facts: Facts) -> Section:
    """The next term that ends."""
    due, currency = facts.renewal, facts.account["reporting_currency"]
    if due is None:
        when, how = renewal_words(facts, None)
        return Section("Renewal", [("Next renewal", f"{when} ({how})" if how else when)])
    lines = [("Due", day(due["due_date"])), ("ARR due", money(due["due_arr"], currency))]
    lines.append(("Renews by itself", "yes" if due["is_auto_renewing"] else "no"))
    if due["notice_deadline_date"]:
        lines.append(("Last day for notice", day(due["notice_deadline_date"])))
    return Section("Renewal", lines)


def next_steps(facts: Facts, with_tasks: bool = True) -> Section:
    """Open tasks, which are ours, and the next milestone."""
    rows = [
        [plain(task["step_name"]), day(task["due_date"])
         + (" (overdue)" if task["status"] == "overdue" else "")]
        for task in (facts.tasks if with_tasks else [])
    ]  # fmt: skip
    if facts.onboarding and facts.onboarding["next_due_date"] and facts.account["is_customer"]:
        due = facts.onboarding["next_due_date"]
        late = " (overdue)" if due < facts.day else ""
        rows.append(["Next onboarding milestone", day(due) + late])
    if not rows:
        return Section("Next steps", note="No open task is on record.")
    return Section("Next steps", table=_table(["Task", "Due"], rows))


def _table(headers: list[str], rows: list[list[str]]) -> Table:
    left = len(rows) - MOST_ROWS
    return Table(headers, rows[:MOST_ROWS], f"and {left} more" if left > 0 else "")


def _sum(rows: list[Row], name: str) -> int | None:
    values = [row[name] for row in rows if row[name] is not None]
    return sum(values) if values else None


def _months(facts: Facts) -> list[date]:
    last = facts.day.year * 12 + facts.day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - MONTHS + 1, last + 1)]
