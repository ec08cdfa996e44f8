"""What readers get of the personal columns of marts: as the policy says, column by column."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from orchestration.ingestion.quoting import identifier, literal
from orchestration.privacy.classification import CLASSES, personal_columns
from orchestration.privacy.register import read_register, write_register
from orchestration.settings import Settings

POLICY = Path("seeds") / "reference" / "privacy_policy.csv"
TREATMENTS = frozenset(["keep", "hash", "drop", "mask"])
ADDRESS = r"[\w.+-]+@[\w-]+\.\w"
WITHHELD = "(withheld: it holds an e-mail address)"

Protection = Mapping[tuple[str, str], str]
"""(mart, column) -> SQL expression of what is published in place of the column."""


class PrivacyPolicyError(ValueError):
    """The policy can't be used; the message names the file, the line and the remedy."""


def policy_in_force(project: Path, day: date) -> dict[str, str]:
    """Privacy class -> treatment in published marts, by the newest row that is valid on the day.

    Raises PrivacyPolicyError for an unknown class or treatment, and for a class without a row.
    """
    file = project / POLICY
    newest: dict[str, tuple[str, str]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), start=2):
            for column, allowed in (("privacy_class", CLASSES), ("treatment", TREATMENTS)):
                if row[column] not in allowed:
                    raise PrivacyPolicyError(
                        f"{POLICY}, line {number}: {column} {row[column]!r} is not one of "
                        f"{', '.join(sorted(allowed))}"
                    )
            found = (row["valid_from"], row["treatment"])
            if row["valid_from"] <= day.isoformat():
                newest[row["privacy_class"]] = max(newest.get(row["privacy_class"], found), found)
    missing = CLASSES - newest.keys()
    if missing:
        raise PrivacyPolicyError(
            f"{POLICY}: no row is valid on {day} for {', '.join(sorted(missing))}; add one"
        )
    return {privacy: treatment for privacy, (_, treatment) in newest.items()}


def protection(settings: Settings) -> Protection:
    """What is published of each classified mart column that isn't published as it is."""
    policy = policy_in_force(settings.project, settings.as_of)
    columns = [one for one in personal_columns(settings.project) if one.schema == "marts"]
    salt = _salt(settings) if any(policy[one.privacy] == "hash" for one in columns) else ""
    return {
        (one.table, one.column): _expression(one.column, policy[one.privacy], salt)
        for one in columns
        if policy[one.privacy] != "keep"
    }


def digest(protected: Protection) -> str:
    """Changes when the policy, or the class of a mart's column, does."""
    return hashlib.sha256(repr(sorted(protected.items())).encode()).hexdigest()


def _expression(column: str, treatment: str, salt: str) -> str:
    name = identifier(column)
    if treatment == "drop":
        return "cast(null as varchar)"
    if treatment == "hash":
        return f"left(sha256({literal(salt)} || {name}), 20)"
    pattern = literal(ADDRESS)
    return f"case when regexp_matches({name}, {pattern}) then {literal(WITHHELD)} else {name} end"


def _salt(settings: Settings) -> str:
    register = read_register(settings.home)
    write_register(settings.home, register)
    return register.salt
