"""The Stripe ids of everything billed, and who is billed since when."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.catalogue import PRODUCTS
from seeds.generator.days import NONE, OPEN_DAY
from seeds.generator.identifiers import scrambled
from seeds.generator.world import World, column

COUPONS = (5, 10, 15, 20)


def customer_ids(world: World) -> pa.Array:
    """The Stripe customer id of every account (used by those that have a subscription)."""
    return scrambled("cus_", np.arange(world.accounts.count), 12, world.settings.seed)


def subscription_ids(world: World) -> pa.Array:
    """The id of every subscription."""
    return scrambled("sub_", np.arange(len(world.ledger.subscriptions)), 12, world.settings.seed)


def item_ids(world: World) -> pa.Array:
    """The id of every subscription item."""
    return scrambled("si_", np.arange(world.ledger.items), 12, world.settings.seed)


def price_ids(world: World) -> pa.Array:
    """The id of every price."""
    return scrambled("price_", np.arange(world.catalogue.count), 12, world.settings.seed)


def coupon_ids() -> pa.Array:
    """The id of every coupon."""
    return pa.array([f"save_{percent}" for percent in COUPONS])


def product_ids() -> pa.Array:
    """The id of every product."""
    return pa.array([f"prod_{name.lower()}" for name in PRODUCTS])


def billed_accounts(world: World) -> np.ndarray:
    """Accounts that have a billing customer."""
    return np.unique(column(world.ledger.subscriptions, "account"))


def first_billed_day(world: World) -> np.ndarray:
    """The first day of the first subscription by account (NONE: never)."""
    first = np.full(world.accounts.count, OPEN_DAY)
    owner = column(world.ledger.subscriptions, "account")
    np.minimum.at(first, owner, column(world.ledger.subscriptions, "start"))
    return np.where(first == OPEN_DAY, NONE, first)
