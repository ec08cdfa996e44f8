"""What a rebalancing starts from: pools of books, their accounts, and who may go where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MEASURES = ("accounts", "arr", "hours")
"""What a book is limited in: accounts, ARR in the reporting currency, hours a month."""

Load = tuple[Decimal, Decimal, Decimal]
"""An amount of each measure, in the order of MEASURES."""


PoolPart = tuple[str, int]
"""A pool's id and the number of a part that is searched by itself."""


@dataclass(frozen=True)
class Book:
    """A CSM's book and the most that it may hold."""

    csm: str
    name: str
    limits: Load


@dataclass(frozen=True)
class Account:
    """An account: its book (None: it needs one), its load and the other books it may go to."""

    account_id: str
    csm: str | None
    load: Load
    options: tuple[str, ...] = ()
    is_frozen: bool = False


@dataclass(frozen=True)
class Pool:
    """Books among which accounts may move, in the order of their ids. A large pool comes in parts,
    which are searched by themselves."""

    pool_id: str
    books: tuple[Book, ...]
    accounts: tuple[Account, ...]
    part: int = 0

    def loads(self, moved: Mapping[str, str]) -> dict[str, Load]:
        """What each book holds when the accounts of `moved` (account -> CSM) have gone."""
        loads = {book.csm: [Decimal(0)] * len(MEASURES) for book in self.books}
        for account in self.accounts:
            csm = moved.get(account.account_id, account.csm)
            if csm is not None:
                for number, amount in enumerate(account.load):
                    loads[csm][number] += amount
        return {csm: (load[0], load[1], load[2]) for csm, load in loads.items()}

    def books_over(self, moved: Mapping[str, str]) -> list[tuple[Book, str, Decimal, Decimal]]:
        """Book, measure, load and limit wherever a load is over its limit."""
        loads = self.loads(moved)
        return [
            (book, measure, load, limit)
            for book in self.books
            for measure, load, limit in zip(MEASURES, loads[book.csm], book.limits, strict=True)
            if load > limit
        ]


def together(parts: Sequence[Pool]) -> Pool:
    """The whole pool of its parts."""
    return Pool(
        parts[0].pool_id,
        tuple(sorted((book for part in parts for book in part.books), key=lambda one: one.csm)),
        tuple(
            sorted(
                (account for part in parts for account in part.accounts),
                key=lambda one: one.account_id,
            )
        ),
    )


def pools(connection: duckdb.DuckDBPyConnection) -> list[Pool]:
    """The pools of the as-of day and their parts, by id."""
    books: dict[PoolPart, list[Book]] = defaultdict(list)
    for pool_id, part, csm, name, *limits in connection.execute(
        """
        select books.pool_id, search_part, books.csm_user_id,
            coalesce(csm_name, books.csm_user_id), limit_accounts, limit_arr, limit_hours
        from intermediate.int_rebalancing_books as books
        inner join intermediate.int_rebalancing_parts as parts
            on books.csm_user_id = parts.csm_user_id
        order by books.pool_id, search_part, books.csm_user_id
        """
    ).fetchall():
        books[pool_id, part].append(Book(csm, name, (limits[0], limits[1], limits[2])))
    options: dict[str, list[str]] = defaultdict(list)
    for account_id, csm in connection.execute(
        "select account_id, csm_user_id from intermediate.int_rebalancing_options order by all"
    ).fetchall():
        options[account_id].append(csm)
    accounts: dict[PoolPart, list[Account]] = defaultdict(list)
    for pool_id, part, account_id, csm, arr, hours, is_frozen in connection.execute(
        """
        select accounts.pool_id, search_part, accounts.account_id, csm_user_id, arr,
            effort_hours, is_frozen
        from intermediate.int_rebalancing_accounts as accounts
        inner join intermediate.int_rebalancing_account_parts as parts
            on accounts.account_id = parts.account_id
        order by accounts.pool_id, search_part, accounts.account_id
        """
    ).fetchall():
        load = (Decimal(1), Decimal(arr), Decimal(hours))
        may_go_to = tuple(options[account_id])
        accounts[pool_id, part].append(Account(account_id, csm, load, may_go_to, bool(is_frozen)))
    return [
        Pool(pool_id, tuple(books[pool_id, part]), tuple(accounts[pool_id, part]), part)
        for pool_id, part in sorted(books.keys() | accounts.keys())
    ]
