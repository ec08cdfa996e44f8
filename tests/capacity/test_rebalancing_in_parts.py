"""A large pool is planned part by part; what no plan can do without is counted book by book."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from orchestration.rebalancing.pools import Pool, together
from orchestration.rebalancing.programme import fewest_departures, plan_of_parts
from tests.capacity.test_rebalancing import SECONDS, SEEDS, account, book, by_trying_all, made_pool


def part(number: int, *parts: tuple[str, float]) -> Pool:
    """Two accounts of 10 in the first book, none in the others; each with its limit in accounts."""
    books = tuple(book(csm, limit) for csm, limit in parts)
    (first, _), *others = parts
    names = [csm for csm, _ in others]
    accounts = tuple(account(f"{first}{n}", first, 10, *names) for n in (1, 2))
    return Pool("p", books, accounts, number)


def test_the_moves_of_all_parts_are_the_plan_of_the_pool() -> None:
    found = plan_of_parts(
        [part(0, ("ann", 1), ("bob", 1)), part(1, ("eva", 0), ("zoe", 2))], SECONDS
    )
    assert found.moves is not None
    assert len(found.moves) == 3
    assert {csm for _, csm in found.moves} == {"bob", "zoe"}
    # One has to leave ann, two have to leave eva: three is what it takes.
    assert (found.status, found.fewest_possible, found.gap) == ("fewest_moves", 3, 0)
    assert [one.csm for one in found.pool.books] == ["ann", "bob", "eva", "zoe"]
    assert not found.pool.books_over(dict(found.moves))


def test_a_part_without_a_plan_leaves_the_others_theirs_and_is_told_of() -> None:
    found = plan_of_parts(
        [part(0, ("ann", 1), ("bob", 1)), part(1, ("eva", 0), ("zoe", 1))], SECONDS
    )
    assert (found.status, found.gap) == ("partial_plan", None)
    assert found.moves is not None
    assert [csm for _, csm in found.moves] == ["bob"]
    assert "1 of 2 parts" in found.text
    assert "eva would still have 1 accounts of 0" in found.text


def test_no_part_with_a_plan_is_no_plan() -> None:
    found = plan_of_parts(
        [part(0, ("ann", 1), ("bob", 0)), part(1, ("eva", 0), ("zoe", 1))], SECONDS
    )
    assert (found.status, found.moves) == ("no_feasible_plan", None)


def test_the_measure_that_asks_for_most_says_how_many_have_to_move() -> None:
    """ann: 4 accounts of 3, so 1 goes; 100 ARR of 45, so 40 and 30 go. One is nobody's."""
    accounts = tuple(account(f"a{arr}", "ann", arr, "bob") for arr in (10, 20, 30, 40))
    pool = Pool(
        "p", (book("ann", 3, 45), book("bob", 9)), (*accounts, account("x", None, 1, "bob"))
    )
    assert fewest_departures(pool) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_has_fewer_moves_than_cannot_be_done_without(seed: int) -> None:
    pool = made_pool(seed)
    best = by_trying_all(pool)
    assert best is None or fewest_departures(pool) <= best[0]


def test_the_pool_of_parts_is_the_whole_in_order() -> None:
    one, other = part(0, ("zoe", 1), ("bob", 1)), part(1, ("ann", 0), ("eva", 2))
    whole = together([one, other])
    assert [book.csm for book in whole.books] == ["ann", "bob", "eva", "zoe"]
    assert [one.account_id for one in whole.accounts] == ["ann1", "ann2", "zoe1", "zoe2"]
    assert whole.loads({})["ann"] == (Decimal(2), Decimal(20), Decimal(2))
    assert dataclasses.replace(whole, part=0) == whole
