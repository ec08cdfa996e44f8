"""The integer programme: the fewest moves after which every book is within its limits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.rebalancing.pools import MEASURES, Account, Pool, together

HALF = 0.5
SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """What came of a pool: `moves` are (account, CSM); None without a plan."""

    pool: Pool
    status: str
    text: str
    moves: tuple[tuple[str, str], ...] | None = None
    fewest_possible: int | None = None

    @property
    def gap(self) -> float | None:
        """(moves − fewest possible) ÷ moves; 0 is proved, None is no plan."""
        if self.moves is None or self.fewest_possible is None:
            return None
        return (len(self.moves) - self.fewest_possible) / max(len(self.moves), 1)


@dataclass(frozen=True)
class Choice:
    """One variable: the account goes to, or stays with, the CSM."""

    account: Account
    csm: str

    @property
    def is_move(self) -> bool:
        """Whether it changes anything."""
        return self.csm != self.account.csm


def plan(pool: Pool, time_limit: float) -> Plan:
    """The plan of a pool, found within about `time_limit` seconds for each of its two searches.

    First the fewest moves, then among plans with as few the one that moves the least ARR.
    """
    if not pool.books_over({}) and all(account.csm for account in pool.accounts):
        return Plan(pool, "fewest_moves", "every book is within its targets", (), 0)
    homeless = [one.account_id for one in pool.accounts if not one.csm and not one.options]
    if homeless:
        more = f" and {len(homeless) - SHOWN} more" if len(homeless) > SHOWN else ""
        text = f"no CSM may take {', '.join(homeless[:SHOWN])}{more}: segment, region, language"
        return Plan(pool, "no_feasible_plan", f"{text} or a don't-move row")
    choices = _choices(pool)
    costs = [float(choice.is_move) for choice in choices]
    fewest = _solved(pool, choices, costs, time_limit)
    if fewest.status == INFEASIBLE:
        return Plan(pool, "no_feasible_plan", _why_not(pool, choices, time_limit))
    if fewest.x is None:
        return Plan(pool, "no_plan_in_time", f"the search ended after {time_limit:g} seconds")
    number = round(fewest.fun)
    bound = min(number, max(0, math.ceil(fewest.mip_dual_bound - 1e-6)))
    best = _solved(pool, choices, _money(choices, number), time_limit, number)
    moves = _moves(choices, fewest.x if best.x is None else best.x)
    over = pool.books_over(dict(moves))
    if over:
        return Plan(pool, "no_plan_in_time", "the solver's plan misses a target by a rounding")
    if bound == number:
        text = f"{number} moves; the solver proved that fewer will not do"
        return Plan(pool, "fewest_moves", text, moves, bound)
    text = f"{number} moves in {time_limit:g} seconds; fewer than {bound} will not do"
    return Plan(pool, "feasible_not_proved", text, moves, bound)


def plan_of_parts(parts: Sequence[Pool], time_limit: float) -> Plan:
    """The plan of a pool that is searched in parts, `time_limit` for each search of each part.

    Moves between parts aren't weighed: the moves needed at least are counted book by book.
    """
    if len(parts) == 1:
        return plan(parts[0], time_limit)
    pool = together(parts)
    plans = [plan(part, time_limit) for part in parts]
    stuck = [one for one in plans if one.moves is None]
    moves = tuple(sorted(move for one in plans for move in one.moves or ()))
    if len(stuck) == len(parts):
        return Plan(pool, stuck[0].status, f"{stuck[0].text} (in each of {len(parts)} parts)")
    if stuck:
        text = f"{len(moves)} moves in {len(parts) - len(stuck)} of {len(parts)} parts; in another"
        return Plan(pool, "partial_plan", f"{text}: {stuck[0].text}", moves)
    bound = min(len(moves), fewest_departures(pool))
    if bound == len(moves):
        text = f"{bound} moves; the books' own overload needs as many"
        return Plan(pool, "fewest_moves", text, moves, bound)
    text = f"{len(moves)} moves, found in {len(parts)} parts; fewer than {bound} will not do"
    return Plan(pool, "feasible_not_proved", text, moves, bound)


def fewest_departures(pool: Pool) -> int:
    """Moves that no plan can do without: the largest accounts leave each overfull book until it is
    within its limit, for the measure that asks for most; accounts without a book need one."""
    own: dict[str | None, list[Account]] = defaultdict(list)
    for account in pool.accounts:
        own[account.csm].append(account)
    needed: dict[str, int] = defaultdict(int)
    for book, measure, load, limit in pool.books_over({}):
        number, over, leaving = MEASURES.index(measure), load - limit, 0
        for amount in sorted((one.load[number] for one in own[book.csm]), reverse=True):
            if over <= 0:
                break
            over, leaving = over - amount, leaving + 1
        needed[book.csm] = max(needed[book.csm], leaving)
    return sum(needed.values()) + len(own[None])


INFEASIBLE = 2
"""What scipy calls a programme without any solution."""


def _choices(pool: Pool) -> list[Choice]:
    """Staying, where there is a book to stay in, and each move that is allowed."""
    return [
        Choice(account, csm)
        for account in pool.accounts
        for csm in ((account.csm,) if account.csm else ()) + account.options
    ]


def _money(choices: Sequence[Choice], moves: int) -> list[float]:
    """Whole ARR of each move, and a trifle by its rank so that equal plans have an order."""
    step = 1 / ((len(choices) + 1) * (moves + 1))
    return [
        float(round(choice.account.load[1])) + rank * step if choice.is_move else 0.0
        for rank, choice in enumerate(choices)
    ]


def _moves(choices: Sequence[Choice], x: Sequence[float]) -> tuple[tuple[str, str], ...]:
    chosen = [choice for choice, value in zip(choices, x, strict=False) if value > HALF]
    return tuple((one.account.account_id, one.csm) for one in chosen if one.is_move)


def _solved(
    pool: Pool,
    choices: Sequence[Choice],
    costs: Sequence[float],
    time_limit: float,
    most_moves: int | None = None,
    slack: bool = False,
) -> Any:
    """scipy's result for these costs; with `slack` the limits may be exceeded at a cost.

    Each limit is a row in shares of itself, so that ARR and accounts weigh alike.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    limits = [(book, number) for book in pool.books for number in range(len(MEASURES))]
    width = len(choices) + (len(limits) if slack else 0)
    accounts = {account.account_id: row for row, account in enumerate(pool.accounts)}
    rows = {(book.csm, number): row for row, (book, number) in enumerate(limits)}
    scales = [float(book.limits[number]) or 1.0 for book, number in limits]
    stays_in_one = [
        (accounts[choice.account.account_id], column, 1.0) for column, choice in enumerate(choices)
    ]
    loads = [
        (row, column, float(amount) / scales[row])
        for column, choice in enumerate(choices)
        for number, amount in enumerate(choice.account.load)
        for row in (rows[choice.csm, number],)
    ]
    if slack:
        loads += [(row, len(choices) + row, -1.0) for row in range(len(limits))]
    most = [
        float(book.limits[number]) / scale
        for (book, number), scale in zip(limits, scales, strict=True)
    ]
    constraints = [
        LinearConstraint(_sparse(stays_in_one, len(accounts), width), 1, 1),
        LinearConstraint(_sparse(loads, len(limits), width), -np.inf, np.array(most)),
    ]
    if most_moves is not None:
        counted = [[float(choice.is_move) for choice in choices] + [0.0] * (width - len(choices))]
        constraints.append(LinearConstraint(counted, -np.inf, most_moves))
    upper = [1.0] * len(choices) + [np.inf] * (width - len(choices))
    return milp(
        c=np.array(list(costs) + [1.0] * (width - len(choices))),
        integrality=np.array([1] * len(choices) + [0] * (width - len(choices))),
        bounds=Bounds(0, np.array(upper)),
        constraints=constraints,
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )


def _sparse(entries: Sequence[tuple[int, int, float]], height: int, width: int) -> Any:
    """A matrix of (row, column, value)."""
    from scipy.sparse import csr_array

    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((values, (rows, columns)), shape=(height, width))


def _why_not(pool: Pool, choices: Sequence[Choice], time_limit: float) -> str:
    """What stays over its target when the overload, in shares of the limits, is the least."""
    found = _solved(pool, choices, [0.0] * len(choices), time_limit, slack=True)
    if found.x is None:
        return "some book stays over its targets; the search for the reason took too long"
    moved = dict(_moves(choices, found.x))
    frozen = sum(account.is_frozen for account in pool.accounts)
    parts = [
        f"{book.name} would still have {load:,.0f} {measure} of {limit:,.0f}"
        for book, measure, load, limit in pool.books_over(moved)
    ]
    return (
        "no allowed moves bring every book within its targets; at best "
        + "; ".join(parts)
        + f" ({frozen} don't-move rows)"
    )
