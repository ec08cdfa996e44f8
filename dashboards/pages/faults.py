"""The fix lists: every open fault, by the team that mends it, with its day and its link."""

from __future__ import annotations

from typing import Any

from dashboards.formats import words
from dashboards.marts import Marts, Row
from dashboards.tables import Column, Table

FIX_COLUMNS = [
    Column("account", "Account"),
    Column("fault", "What is wrong, and what to do", note="remedy", wide=True),
    Column("record_id", "Record", "code", link="record_url", note="system"),
    Column("owner", "Account owner", "code"),
    Column("first_seen_date", "Since", "day"),
    Column("due_date", "Due", "day", tone="overdue_tone"),
    Column("arr_at_stake", "ARR at stake", "money"),
]


FIX_FILE_COLUMNS = [
    Column("source_system", "System"),
    Column("remedy", "What to do"),
    Column("age_days", "Age in days"),
    Column("is_overdue", "Overdue"),
    Column("escalates_to", "Escalates to"),
    Column("rule_id", "Rule"),
    Column("account_id", "Account id"),
    Column("contract_table", "Table"),
    Column("record_url", "Link"),
]


def fixes(marts: Marts) -> list[Row]:
    """Every open fault, what is overdue first."""
    if not marts.has("rpt_data_quality_fix_list"):
        return []
    rows = marts.rows(
        "select * from marts.rpt_data_quality_fix_list order by is_overdue desc, arr_at_stake desc,"
        " due_date nulls last, issue_id"
    )
    for row in rows:
        row["account"] = row["account_name"] or row["account_id"]
        row["system"] = words(row["source_system"])
        row["owner"] = row["owner_name"] or row["owner_user_id"]
        row["overdue_tone"] = "poor" if row["is_overdue"] else ""
    return rows


def _by_team(fixes: list[Row]) -> dict[str, list[Row]]:
    teams: dict[str, list[Row]] = {}
    for row in fixes:
        teams.setdefault(row["owner_team"] or "(nobody)", []).append(row)
    return dict(sorted(teams.items()))


def teams(fixes: list[Row]) -> list[Row]:
    """Each team with its open and overdue faults, and the ARR behind them, an account once."""
    found = []
    for team, rows in _by_team(fixes).items():
        stakes: dict[Any, Any] = {}
        for row in rows:
            key = row["account_id"] or row["issue_id"]
            stakes[key] = max(stakes.get(key, 0), row["arr_at_stake"] or 0)
        found.append(
            {
                "team": team,
                "name": file_name(team),
                "open": len(rows),
                "overdue": sum(row["is_overdue"] for row in rows),
                "oldest": max(
                    (row["age_days"] for row in rows if row["age_days"] is not None), default=None
                ),
                "next_due": min(
                    (row["due_date"] for row in rows if row["due_date"] and not row["is_overdue"]),
                    default=None,
                ),
                "arr_at_stake": sum(stakes.values()),
            }
        )
    return sorted(found, key=lambda row: (-row["arr_at_stake"], row["team"]))


def file_name(team: str) -> str:
    """A team's name as a file and an anchor have it."""
    return "fix-list-" + "".join(c if c.isalnum() else "-" for c in team.lower()).strip("-")


def team_table(fixes: list[Row]) -> Table | None:
    """What `teams` gives, as a table with links to the lists."""
    rows = teams(fixes)
    for row in rows:
        row["link"] = f"#{row['name']}"
        row["tone"] = "poor" if row["overdue"] else ""
    return Table(
        "faults-by-team",
        "Who has to mend what",
        [
            Column("team", "Team", link="link"),
            Column("open", "Open faults", "count"),
            Column("overdue", "Overdue", "count", tone="tone"),
            Column("oldest", "Oldest", "days"),
            Column("next_due", "Next due", "day"),
            Column("arr_at_stake", "ARR at stake", "money"),
        ],
        rows,
        "No fault is open.",
    )


def fix_tables(fixes: list[Row]) -> list[Table]:
    """A list for each team."""
    return [
        Table(file_name(team), f"Fix list of {team}", FIX_COLUMNS, rows, file_only=FIX_FILE_COLUMNS)
        for team, rows in _by_team(fixes).items()
    ]


def identity_table(fixes: list[Row]) -> Table | None:
    """The faults of keys and ids."""
    rules = {"duplicate_key", "unresolved_account", "alternate_id_spelling", "orphan_reference"}
    rows = [row for row in fixes if row["rule_id"] in rules]
    return Table(
        "duplicates-and-unresolved-ids",
        "Duplicates, ids that belong to nobody, and references to nothing",
        [
            Column("rule_id", "Rule", "words"),
            Column("source_system", "System", "words"),
            Column("contract_table", "Table", "code"),
            Column("record_id", "Record", "code", link="record_url"),
            Column("account", "Account"),
            Column("fault", "What is wrong"),
            Column("first_seen_date", "Since", "day"),
            Column("arr_at_stake", "ARR at stake", "money"),
        ],
        sorted(rows, key=lambda row: (row["rule_id"], row["source_system"] or "")),
        "Every record is there once, and every id means an account.",
    )
