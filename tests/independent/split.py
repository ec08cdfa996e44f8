"""What an expansion or a contraction is made of: seats, price, plan and product, in cents."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.independent.amounts import cents
from tests.independent.inputs import Rates

if TYPE_CHECKING:
    from tests.independent.intervals import Interval
    from tests.independent.movements import Month

PARTS = ("seats_arr", "price_arr", "plan_arr", "product_arr")


def split(found: Month, rates: Rates) -> tuple[int, int, int, int]:
    """Seats, price, plan, product: item by item; they sum to the month's flow. Else four zeros."""
    seats = price = plan = product = 0
    if found.label not in ("expansion", "contraction"):
        return 0, 0, 0, 0
    before, now = _by_item(found.before), _by_item(found.now)
    for item_id in sorted(before.keys() | now.keys()):
        old, new = before.get(item_id), now.get(item_id)
        if old and new:
            change = _arr(new) - _arr(old)
            if old[0].plan != new[0].plan:
                plan += change
            else:
                by_seats = _seats(old, new, rates)
                seats, price = seats + by_seats, price + change - by_seats
            continue
        change = _arr(new) if new else -_arr(old)
        item, others = (new[0], found.before) if new else (old[0], found.now)
        plans = {other.plan for other in others if other.product == item.product}
        if not plans:
            product += change
        elif item.plan not in plans:
            plan += change
        else:
            seats += change
    return seats, price, plan, product


def _by_item(intervals: tuple[Interval, ...]) -> dict[str, list[Interval]]:
    found: dict[str, list[Interval]] = {}
    for interval in intervals:
        found.setdefault(interval.item_id, []).append(interval)
    return found


def _arr(items: list[Interval]) -> int:
    return sum(item.arr for item in items)


def _seats(old: list[Interval], new: list[Interval], rates: Rates) -> int:
    """(q1 - q0) at the old annual price per unit, at the plan rate."""
    quantity = sum((item.quantity for item in old), Fraction(0))
    more = sum((item.quantity for item in new), Fraction(0)) - quantity
    annual = sum((item.unit_price * item.quantity for item in old), Fraction(0))
    rate = rates.plan(old[0].currency)
    if not quantity or rate is None:
        return 0
    return cents(more * annual / quantity * rate)
