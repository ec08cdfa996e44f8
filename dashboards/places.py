"""The file of each CSM's and each account's page: a safe name, whatever the id holds."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from dashboards.marts import Marts

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def file_names(identifiers: Iterable[str]) -> Mapping[str, str]:
    """For each id a name of letters, digits, hyphen and underscore that no other one has.

    A plain id is its own name. Any other one, and those that differ in case alone, which some
    file systems hold for one, get a mark made of the whole id.
    """
    known = set(identifiers)
    folded = Counter(one.lower() for one in known)
    return {
        one: one if PLAIN.fullmatch(one) and folded[one.lower()] == 1 else _marked(one)
        for one in known
    }


def account_pages(marts: Marts) -> Mapping[str, str]:
    """The page of each account of this version by the account's id."""
    if not marts.has("rpt_account_360"):
        return {}
    rows = marts.rows("select account_id from marts.rpt_account_360")
    names = file_names(row["account_id"] for row in rows)
    return {account_id: f"account/{name}.html" for account_id, name in names.items()}


def _marked(identifier: str) -> str:
    mark = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    start = re.sub(r"[^A-Za-z0-9]+", "-", identifier).strip("-")[:32].lower()
    return f"{start or 'id'}--{mark}"
