"""Proposed moves are allowed, enough, and as few as trying every assignment can find."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest

from orchestration.rebalancing.pools import Account, Book, Pool
from orchestration.rebalancing.programme import plan

SECONDS = 10.0
SEEDS = range(25)


def book(csm: str, accounts: float, arr: float = 10**6, hours: float = 10**4) -> Book:
    return Book(csm, csm, (Decimal(str(accounts)), Decimal(str(arr)), Decimal(str(hours))))


def account(name: str, csm: str | None, arr: float, *options: str, hours: float = 1) -> Account:
    return Account(name, csm, (Decimal(1), Decimal(str(arr)), Decimal(str(hours))), options)


def made_pool(seed: int) -> Pool:
    """Three books and six accounts, drawn so that about half of the pools have a plan."""
    draw = random.Random(seed)
    names = ["ann", "bob", "eva"]
    books = [
        book(csm, draw.choice([1, 2, 3]), draw.choice([60, 90, 140]), draw.choice([8, 12]))
        for csm in names
    ]
    accounts = []
    for number in range(6):
        home = draw.choice([*names, "ann", None])
        others = [csm for csm in names if csm != home and draw.random() < 0.7]
        arr, hours = draw.randint(5, 50), draw.randint(1, 5)
        accounts.append(account(f"a{number}", home, arr, *others, hours=hours))
    return Pool("made", tuple(books), tuple(accounts))


def by_trying_all(pool: Pool) -> tuple[int, Decimal] | None:
    """Fewest moves, and the least ARR among plans with as few; None when nothing fits."""
    best = None
    limits = {book.csm: book.limits for book in pool.books}
    ways = [((one.csm,) if one.csm else ()) + one.options for one in pool.accounts]
    for homes in itertools.product(*ways):
        held = {csm: [Decimal(0)] * 3 for csm in limits}
        for one, csm in zip(pool.accounts, homes, strict=True):
            held[csm] = [a + b for a, b in zip(held[csm], one.load, strict=True)]
        if all(
            amount <= limit
            for csm, amounts in held.items()
            for amount, limit in zip(amounts, limits[csm], strict=True)
        ):
            moved = [
                one.load[1] for one, csm in zip(pool.accounts, homes, strict=True) if csm != one.csm
            ]
            found = (len(moved), sum(moved, Decimal(0)))
            best = found if best is None else min(best, found)
    return best


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_has_the_fewest_moves_and_then_the_least_arr_of_all_that_fit(seed: int) -> None:
    pool = made_pool(seed)
    expected, found = by_trying_all(pool), plan(pool, SECONDS)
    if expected is None:
        assert (found.status, found.moves) == ("no_feasible_plan", None)
        return
    arr = {one.account_id: one.load[1] for one in pool.accounts}
    assert found.moves is not None
    assert (len(found.moves), sum((arr[name] for name, _ in found.moves), Decimal(0))) == expected
    assert (found.status, found.gap) == ("fewest_moves", 0)


def test_the_made_pools_hold_both_kinds() -> None:
    feasible = [by_trying_all(made_pool(seed)) is not None for seed in SEEDS]
    assert 5 <= sum(feasible) <= len(feasible) - 5


def test_books_within_their_targets_are_left_alone() -> None:
    pool = Pool("p", (book("ann", 2), book("bob", 2)), (account("a", "ann", 5, "bob"),))
    found = plan(pool, SECONDS)
    assert (found.status, found.moves, found.gap) == ("fewest_moves", (), 0)


def test_an_account_of_nobody_is_given_to_somebody() -> None:
    pool = Pool("p", (book("ann", 1), book("bob", 1)), (
        account("a", "ann", 5, "bob"), account("lost", None, 9, "ann", "bob"),
    ))  # fmt: skip
    assert plan(pool, SECONDS).moves == (("lost", "bob"),)


def test_without_a_plan_the_book_and_the_target_that_stand_in_the_way_are_named() -> None:
    """ann has 3 of 1 account; one may leave, so 2 of 1 is the best there is."""
    accounts = (account("a", "ann", 5, "bob"), account("b", "ann", 5), account("c", "ann", 5))
    found = plan(Pool("p", (book("ann", 1), book("bob", 5)), accounts), SECONDS)
    assert (found.status, found.moves, found.gap) == ("no_feasible_plan", None, None)
    assert "ann would still have 2 accounts of 1" in found.text
    assert "bob" not in found.text


def test_an_account_that_nobody_may_take_is_named() -> None:
    pool = Pool("p", (book("ann", 1),), (account("lost", None, 5),))
    found = plan(pool, SECONDS)
    assert found.status == "no_feasible_plan"
    assert "no CSM may take lost" in found.text


def test_of_many_that_nobody_may_take_the_first_are_named() -> None:
    """A company without a roster: the text stays a line."""
    pool = Pool("p", (), tuple(account(f"a{n:03}", None, 5) for n in range(500)))
    assert "a000, a001, a002, a003, a004 and 495 more" in plan(pool, SECONDS).text


def test_the_same_pool_gives_the_same_plan_however_equal_the_accounts_are() -> None:
    accounts = tuple(account(f"a{n}", "ann", 10, "bob", "eva") for n in range(8))
    pool = Pool("p", (book("ann", 3), book("bob", 4), book("eva", 4)), accounts)
    first, again = plan(pool, SECONDS), plan(pool, SECONDS)
    assert first.moves == again.moves
    assert first.moves is not None
    assert len(first.moves) == 5


def test_a_search_without_time_says_so_and_proposes_nothing_unchecked() -> None:
    draw = random.Random(1)
    books = [book(f"c{n:02}", 9, 300, 30) for n in range(12)]
    accounts = tuple(
        account(f"a{n:03}", "c00", draw.randint(10, 40), *(b.csm for b in books[1:]), hours=3)
        for n in range(80)
    )
    found = plan(Pool("p", tuple(books), accounts), 0.0)
    assert found.status in ("no_plan_in_time", "feasible_not_proved", "no_feasible_plan")
    assert found.moves is None or not found.pool.books_over(dict(found.moves))
