"""Stripe: customers, price lists, coupons, subscriptions and the history of their items."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing_ids import (
    COUPONS,
    billed_accounts,
    coupon_ids,
    customer_ids,
    first_billed_day,
    item_ids,
    price_ids,
    product_ids,
    subscription_ids,
)
from seeds.generator.catalogue import PLANS, PRODUCT_OF_PLAN, PRODUCTS
from seeds.generator.columns import Columns, joined, pick
from seeds.generator.contracts import contract_ids
from seeds.generator.days import NONE, OPEN_DAY, OPEN_SECOND, add_months, months_of
from seeds.generator.identifiers import scrambled
from seeds.generator.world import World, column

INTERVALS = ("month", "year")


def _lower_currency(world: World) -> pa.Array:
    return pick([code.lower() for code in words.CURRENCIES], world.accounts.currency)


def _customer(world: World) -> Columns:
    random = world.settings.random("billing customers")
    rows = billed_accounts(world)
    index = pa.array(rows)
    # a few days before the first service day, never after the company's end
    created = np.minimum(
        (first_billed_day(world)[rows] - random.integers(0, 3, len(rows))) * 86_400 + 30_000,
        world.settings.end_second - 3_600,
    )
    ids = world.accounts.ids.take(index)
    tagged = joined('{"salesforce_account_id": "', ids, '"}')
    known = random.random(len(rows)) < 0.9
    mood = world.window.mood[rows, -1]
    live = world.window.last_day[rows, -1] >= world.settings.end_day
    return {
        "id": customer_ids(world).take(index),
        "name": pa.array(world.accounts.names).take(index),
        "email": [f"billing@{world.accounts.domains[row]}" for row in rows.tolist()],
        "currency": _lower_currency(world).take(index),
        "delinquent": live & (mood < 0.3) & (random.random(len(rows)) < 0.4),
        "balance": np.zeros(len(rows), dtype=np.int64),
        "metadata": pick(tagged, np.where(known, np.arange(len(rows)), -1)),
        "is_deleted": np.zeros(len(rows), dtype=bool),
        "created": created,
        "_fivetran_synced": created + 1_800,
    }


def _catalogue(world: World) -> dict[str, Columns]:
    settings = world.settings
    epoch = (settings.first_day - 1200) * 86_400
    prices = world.catalogue.columns()
    last_year = settings.end.year
    used = np.zeros(world.catalogue.count, dtype=bool)
    used[np.unique(column(world.ledger.intervals, "price"))] = True
    rows = np.flatnonzero(used | (prices["year"] == last_year))
    index = pa.array(rows)
    years = prices["year"][rows]
    created = (years - 1970).astype("datetime64[Y]").astype("datetime64[s]").astype(np.int64)
    created = np.where(years == prices["year"].min(), created - 86_400 * 1_500, created)
    products = len(PRODUCTS)
    plan = prices["plan"][rows]
    nickname = joined(
        pick(PLANS, plan),
        " ",
        pick(("monthly", "yearly"), prices["interval"][rows]),
        " ",
        pa.array(years).cast(pa.string()),
    )
    return {
        "stripe.product": {
            "id": product_ids(),
            "name": list(PRODUCTS),
            "active": np.ones(products, dtype=bool),
            "created": np.full(products, epoch),
            "updated": np.full(products, epoch),
            "_fivetran_synced": np.full(products, epoch + 600),
        },
        "stripe.price": {
            "id": price_ids(world).take(index),
            "product_id": product_ids().take(pa.array(np.array(PRODUCT_OF_PLAN)[plan])),
            "currency": pick([c.lower() for c in words.CURRENCIES], prices["currency"][rows]),
            "unit_amount": prices["minor"][rows],
            "unit_amount_decimal": pa.array(prices["minor"][rows]).cast(pa.string()),
            "recurring_interval": pick(INTERVALS, prices["interval"][rows]),
            "recurring_interval_count": np.ones(len(rows), dtype=np.int64),
            "recurring_usage_type": ["licensed"] * len(rows),
            "nickname": nickname,
            "type": ["recurring"] * len(rows),
            "active": years >= last_year - 1,
            "created": created,
            "_fivetran_synced": created + 600,
        },
        "stripe.coupon": {
            "id": coupon_ids(),
            "percent_off": np.array(COUPONS, dtype=float),
            "amount_off": np.full(len(COUPONS), NONE),
            "currency": [None] * len(COUPONS),
            "duration": ["repeating"] * len(COUPONS),
            "duration_in_months": np.full(len(COUPONS), 12),
            "created": np.full(len(COUPONS), epoch),
            "_fivetran_synced": np.full(len(COUPONS), epoch + 600),
        },
    }


def _periods(world: World, subscriptions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The billing period in which each subscription stands at its end or the company's."""
    rows = world.ledger.subscriptions
    anchor, interval, end = (column(rows, n)[subscriptions] for n in ("anchor", "interval", "end"))
    step = np.where(interval == 0, 1, 12)
    at = np.minimum(world.settings.end_day, end - 1)
    passed = months_of(at) - months_of(anchor)
    passed = np.where(add_months(anchor, passed) > at, passed - 1, passed)
    passed = np.maximum(passed // step, 0) * step
    start = add_months(anchor, passed)
    trial = np.where(
        column(rows, "trial_start")[subscriptions] == NONE,
        start,
        column(rows, "start")[subscriptions],
    )
    in_trial = start > at
    return (
        np.where(in_trial, np.minimum(trial, start), start),
        np.where(in_trial, anchor, add_months(start, step)),
    )


def _subscription(world: World) -> Columns:
    settings, rows = world.settings, world.ledger.subscriptions
    random = settings.random("subscriptions")
    count = len(rows)
    account, start, end, notice = (column(rows, n) for n in ("account", "start", "end", "notice"))
    cancel_at = column(rows, "cancel_at")
    trial_start, trial_end = column(rows, "trial_start"), column(rows, "trial_end")
    ended = end <= settings.end_day
    trialing = (trial_end != NONE) & (trial_end > settings.end_day)
    period_start, period_end = _periods(world, np.arange(count))
    mood = world.window.mood[account, -1]
    late = (mood < 0.25) & (random.random(count) < 0.3)
    status = np.where(ended, 3, np.where(trialing, 1, np.where(late, 2, 0)))
    reasons = column(rows, "reason").tolist()
    created = np.maximum(start - random.integers(0, 2, count), 0) * 86_400 + 34_000
    created = np.minimum(created, settings.end_second - 7_200)
    noticed = notice != NONE
    notice_at = np.where(noticed, np.minimum(notice * 86_400 + 50_000, settings.end_second), NONE)
    notice_at = np.where(noticed, np.maximum(notice_at, created + 60), NONE)
    synced = (
        np.maximum.reduce(
            [created, np.where(noticed, notice_at, 0), np.where(ended, end * 86_400, 0)]
        )
        + 900
    )

    def day(values: np.ndarray) -> np.ndarray:
        return np.where(values == NONE, NONE, values * 86_400)

    feedback = np.where(
        np.array([r == "customer_left" for r in reasons]), random.integers(0, 4, count), -1
    )
    return {
        "id": subscription_ids(world),
        "customer_id": customer_ids(world).take(pa.array(account)),
        "status": pick(("active", "trialing", "past_due", "canceled"), status),
        "currency": _lower_currency(world).take(pa.array(account)),
        "start_date": day(start),
        "created": created,
        "current_period_start": day(period_start),
        "current_period_end": day(period_end),
        "trial_start": day(trial_start),
        "trial_end": day(trial_end),
        "cancel_at": day(cancel_at),
        "cancel_at_period_end": noticed & ~ended,
        "canceled_at": notice_at,
        "ended_at": np.where(ended, end * 86_400, NONE),
        "cancellation_details_reason": pick(("cancellation_requested",), np.where(noticed, 0, -1)),
        "cancellation_details_feedback": pick(
            ("too_expensive", "unused", "switched_service", "missing_features"), feedback
        ),
        "collection_method": pick(
            ("charge_automatically", "send_invoice"),
            (world.accounts.segment[account] < 2).astype(int),
        ),
        "metadata": joined(
            '{"salesforce_account_id": "', world.accounts.ids.take(pa.array(account)), '"}'
        ),
        "_fivetran_synced": np.minimum(synced, settings.end_second),
    }


def _items(world: World) -> Columns:
    settings, rows = world.settings, world.ledger.intervals
    order = np.lexsort((column(rows, "start"), column(rows, "item")))
    rows = [rows[i] for i in order.tolist()]
    item, subscription, term = (column(rows, n) for n in ("item", "subscription", "term"))
    start, end, scheduled = (column(rows, n) for n in ("start", "end", "scheduled"))
    created = column(rows, "created")
    period_start, period_end = _periods(world, subscription)
    contracts = pick(contract_ids(world), np.where(term >= 0, term, -1))
    plain = joined('{"contract_id": "', contracts, '"}')
    days = pa.array(np.where(scheduled == NONE, 0, scheduled).astype(np.int32)).cast(pa.date32())
    planned = joined(
        '{"contract_id": "', contracts, '", "scheduled_at": "', days.cast(pa.string()), '"}'
    )
    both = pa.concat_arrays([plain, planned])
    future = start > settings.end_day
    choice = np.arange(len(rows)) + np.where(scheduled == NONE, 0, len(rows))
    return {
        "id": item_ids(world).take(pa.array(item)),
        "subscription_id": subscription_ids(world).take(pa.array(subscription)),
        "price_id": price_ids(world).take(pa.array(column(rows, "price"))),
        "quantity": column(rows, "quantity"),
        "current_period_start": period_start * 86_400,
        "current_period_end": period_end * 86_400,
        "metadata": pick(both, np.where(term >= 0, choice, -1)),
        "created": created * 86_400,
        "_fivetran_start": start * 86_400,
        "_fivetran_end": np.where(end == OPEN_DAY, OPEN_SECOND, end * 86_400),
        "_fivetran_active": ~future & (end > settings.end_day),
    }


def billing_tables(world: World) -> dict[str, Columns]:
    """All Stripe tables but the invoices."""
    discounts = world.ledger.discounts
    start, end = column(discounts, "start"), column(discounts, "end")
    subscription = column(discounts, "subscription")
    stops = column(world.ledger.subscriptions, "end")[subscription]
    percent = column(discounts, "percent")
    known = np.flatnonzero((start <= world.settings.end_day) & (stops > start))
    return {
        "stripe.customer": _customer(world),
        **_catalogue(world),
        "stripe.subscription_discount": {
            "id": scrambled("di_", known, 12, world.settings.seed),
            "coupon_id": coupon_ids().take(pa.array(np.searchsorted(COUPONS, percent[known]))),
            "subscription_id": subscription_ids(world).take(pa.array(subscription[known])),
            "start": start[known] * 86_400,
            "end": end[known] * 86_400,
            "_fivetran_synced": start[known] * 86_400 + 1_200,
        },
        "stripe.subscription": _subscription(world),
        "stripe.subscription_item": _items(world),
    }
