"""Which account a person means by a name or an id."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

MOST_NAMED = 8
"""How many near matches an error lists."""


class AccountNotFoundError(Exception):
    """No account, or more than one, is meant; the message lists those that are near."""


@dataclass(frozen=True)
class Account:
    """An account that stands for itself: merged ones were followed to their survivor."""

    account_id: str
    name: str


def find_account(connection: duckdb.DuckDBPyConnection, wanted: str) -> Account:
    """The account with this id or name; part of a name will do when only one has it.

    Capitals don't matter. Raises AccountNotFoundError.
    """
    rows = connection.execute(
        "select one.account_id, one.account_name, kept.account_id, kept.account_name, "
        "one.is_deleted from marts.dim_accounts as one inner join marts.dim_accounts as kept "
        "on one.surviving_account_id = kept.account_id order by one.account_name, one.account_id"
    ).fetchall()
    key = wanted.strip().casefold()
    for found in (
        [row for row in rows if row[0] == wanted.strip()],
        [row for row in rows if (row[1] or "").casefold() == key and not row[4]],
        [row for row in rows if key and key in (row[1] or "").casefold() and not row[4]],
    ):
        meant = {row[2]: Account(row[2], row[3] or row[2]) for row in found}
        if len(meant) == 1:
            return next(iter(meant.values()))
        if meant:
            raise AccountNotFoundError(
                f"{len(meant)} accounts match {wanted!r}; say which, by its id:\n"
                + _listed(list(meant.values()))
            )
    names = {(row[1] or "").casefold(): Account(row[2], row[3] or row[2]) for row in rows}
    near = [names[name] for name in get_close_matches(key, names, MOST_NAMED, 0.5)]
    hint = "; near it:\n" + _listed(near) if near else ", and none has a name like it"
    raise AccountNotFoundError(f"there is no account {wanted!r}{hint}")


def _listed(accounts: list[Account]) -> str:
    lines = [f"  {account.account_id}  {account.name}" for account in accounts[:MOST_NAMED]]
    more = len(accounts) - MOST_NAMED
    return "\n".join([*lines, f"  … and {more} more"] if more > 0 else lines)
