"""The tables of an account's page, short, each with a file where the page doesn't show all."""

from __future__ import annotations

from typing import Any

from dashboards.formats import shown, words
from dashboards.marts import Row
from dashboards.pages.portfolio import Portfolio
from dashboards.tables import Column, Table

CUT = 8
ALL = 100

TICKETS = [
    Column("ticket_id", "Ticket", "code"),
    Column("created_date", "Opened", "day"),
    Column("status", "Status", "words", tone="tone"),
    Column("priority", "Priority", "words"),
    Column("ticket_type", "Type", "words"),
    Column("first_response_hours", "First answer", "hours"),
    Column("resolution_hours", "Solved after", "hours"),
]
ESCALATIONS = [
    Column("opened_date", "Opened", "day"),
    Column("trigger_name", "Why"),
    Column("tier_id", "To", "words"),
    Column("status", "Status", tone="tone"),
    Column("outcome", "What came of it", "words"),
    Column("response_hours", "Answered after", "hours"),
]
CONTRACTS = [
    Column("contract_number", "Contract", "code"),
    Column("status", "Status", tone="tone"),
    Column("arr", "ARR", "money"),
    Column("licensed_seats", "Seats", "count"),
    Column("start_date", "From", "day"),
    Column("end_date", "To", "day"),
    Column("notice_deadline_date", "Notice by", "day"),
    Column("is_auto_renewing", "Renews itself", "flag"),
]
RENEWALS = [
    Column("due_date", "Due", "day"),
    Column("outcome", "Outcome", "words", tone="tone"),
    Column("due_arr", "ARR due", "money", "renewals_due"),
    Column("retained_arr", "Kept", "money"),
    Column("uplift_arr", "Uplift", "money"),
    Column("forecast_category", "Forecast", "words"),
    Column("reason", "Reason"),
    Column("closed_date", "Settled", "day"),
]
WARNINGS = [
    Column("warning", "Warning", "words"),
    Column("began_date", "Since", "day"),
    Column("days_standing", "Days", "count"),
    Column("due_date", "Renewal due", "day"),
]
WORK = [
    Column("name", "What", note="detail", wide=True),
    Column("kind", "Kind"),
    Column("due_date", "Due", "day", tone="tone"),
    Column("state", "State", tone="tone"),
    Column("owner", "Who"),
]
SIGNALS = [
    Column("signal_name", "Signal", note="latest_evidence", wide=True),
    Column("began_date", "Since", "day"),
    Column("estimated_arr", "Estimate", "money"),
]
PLANS = [
    Column("plan_name", "Plan", note="plan_type"),
    Column("objective_count", "Objectives", "count"),
    Column("reached_objective_count", "Reached", "count"),
    Column("due_date", "Due", "day", tone="tone"),
]
ISSUES = [
    Column("fault", "What is wrong", note="remedy", wide=True),
    Column("owner_team", "Who mends it"),
    Column("due_date", "Due", "day", tone="tone"),
    Column("arr_at_stake", "ARR at stake", "money"),
]
USAGE = [
    Column("month_start_date", "Month", "day"),
    Column("active_users", "Active users", "count", "active_seat_users"),
    Column("seats", "Seats", "count"),
    Column("adoption_rate", "Seats in use", "share", "adoption_rate"),
    Column("peer_adoption_median", "Peers’ median", "share"),
    Column("key_features_used", "Key features used", "count"),
]
INPUTS = [
    Column("label", "Input"),
    Column("grade", "Grade, 0–100", "decimal"),
    Column("effective_weight", "Weight", "share"),
    Column("contribution", "Points of the score", "decimal"),
]
MEASURES = [
    Column("label", "Measure", note="input"),
    Column("measure_value", "Value", "decimal", note="parts"),
    Column("grade", "Grade", "decimal"),
    Column("effective_weight", "Weight", "share"),
    Column("contribution", "Points", "decimal"),
]


def account_tables(known: Portfolio, account: Row) -> list[Table]:
    """The tables by their place on the page; a theme that this version lacks has none."""
    account_id = account["account_id"]
    slug = known.account_files[account_id]

    def table(
        theme: str, name: str, caption: str, columns: list[Column], empty: str, rows: list[Row],
        limit: int = CUT,
    ) -> list[Table]:  # fmt: skip
        if theme not in known.has:
            return []
        return [Table(name, caption, columns, rows, empty, limit=limit, root="../",
                      folder=f"account/{slug}/", file_when_cut=True)]  # fmt: skip

    def rows(theme: str, **poor: Any) -> list[Row]:
        """The theme's rows; the tone of a row is poor where the named column has that value."""
        return [
            {**row, "tone": "poor" if any(row[key] == value for key, value in poor.items()) else ""}
            for row in known.of(theme, account_id)
        ]

    inputs, measures = _inputs(known.of("inputs", account_id))
    return [
        *table("inputs", "inputs", "What the score is made of", INPUTS,
               "There is no score to take apart.", inputs),
        *table("inputs", "measures", "The measures behind each input", MEASURES,
               "No measure is known.", measures, ALL),
        *table("usage", "usage", "Use by month, the newest first", USAGE,
               "Use of this account is not known.", rows("usage"), 6),
        *table("contracts", "contracts", "Contracts", CONTRACTS, "No contract is known.",
               rows("contracts")),
        *table("renewals", "renewals", "Renewals, the next and the last first", RENEWALS,
               "No contract term of this account comes up for renewal.",
               rows("renewals", is_at_risk=True, outcome="churned"), 6),
        *table("warnings", "warnings", "Early warnings that stand on its next renewals", WARNINGS,
               "No warning stands.", rows("warnings")),
        *table("tickets", "tickets", "Tickets, the open and the newest first", TICKETS,
               "No ticket is known.", rows("tickets", is_open=True), 6),
        *table("escalations", "escalations", "Escalations", ESCALATIONS,
               "It was never escalated.", rows("escalations", is_open=True), 4),
        *table("tasks", "work", "Open tasks and actions, the overdue first", WORK,
               "Nothing is open.", _work(known, account_id), 12),
        *table("plans", "plans", "Success plans that are open", PLANS, "No plan is open.",
               rows("plans", is_overdue=True)),
        *table("signals", "signals", "Signs of more to sell (often of the same money)",
               SIGNALS, "No sign of expansion stands.", rows("signals")),
        *table("issues", "issues", "Faults in its data", ISSUES, "No fault is known.",
               rows("issues", is_overdue=True)),
    ]  # fmt: skip


def _inputs(found: list[Row]) -> tuple[list[Row], list[Row]]:
    """Inputs of the score, and their measures; of what isn't present nothing is shown as known."""
    inputs, measures = [], []
    order: dict[str, int] = {}
    for row in found:
        if row["measure_id"] == "all":
            order[row["input_id"]] = len(order)
    for row in found:
        is_input = row["measure_id"] == "all"
        told = {**row, "label": words(row["input_id"] if is_input else row["measure_id"]),
                 "input": words(row["input_id"]), "parts": _parts(row)}  # fmt: skip
        if not row["is_present"]:
            blank = dict.fromkeys(
                ("measure_value", "parts", "grade", "effective_weight", "contribution")
            )
            told |= {**blank, "label": f"{told['label']} (not known)"}
        (inputs if is_input else measures).append(told)
    measures.sort(key=lambda row: (order.get(row["input_id"], len(order)), not row["is_present"]))
    return inputs, measures


def _parts(row: Row) -> str:
    """What a ratio is made of."""
    if row["numerator"] is None or row["denominator"] is None:
        return ""
    return f"{shown(row['numerator'], 'decimal')} of {shown(row['denominator'], 'decimal')}"


def _work(known: Portfolio, account_id: str) -> list[Row]:
    rows = [
        {**row, "owner": known.csm_name(row["owner_user_id"]),
         "state": "overdue" if row["is_overdue"] else "open",
         "tone": "poor" if row["is_overdue"] else ""}
        for theme in ("tasks", "actions")
        for row in known.of(theme, account_id)
    ]  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (not row["is_overdue"], row["due_date"] is None, row["due_date"]),
    )
