"""Stripe invoices, their lines and credit notes, from what each subscription held."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing_ids import customer_ids, item_ids, price_ids, subscription_ids
from seeds.generator.columns import Columns, pick
from seeds.generator.days import NONE, add_months, months_of
from seeds.generator.identifiers import numbered, scrambled
from seeds.generator.world import World, column

_TAX = (0.0, 0.19, 0.20, 0.10)
_BEFORE = 365
"""Invoices are kept from this many days before the window."""


def _lines(world: World) -> dict[str, np.ndarray]:
    """One line per item interval and billing date, and one proration per mid-period increase."""
    settings, ledger = world.settings, world.ledger
    rows = [
        r
        for r in ledger.intervals
        if r.start <= settings.end_day and r.end > settings.first_day - _BEFORE
    ]
    start, end = column(rows, "start"), np.minimum(column(rows, "end"), settings.end_day + 1)
    subscription = column(rows, "subscription")
    anchor = column(ledger.subscriptions, "anchor")[subscription]
    step = np.where(column(ledger.subscriptions, "interval")[subscription] == 0, 1, 12)
    low = np.maximum(start, settings.first_day - _BEFORE)
    first = np.maximum((months_of(low) - months_of(anchor) - step) // step, 0)
    last = (months_of(end) - months_of(anchor)) // step + 1
    repeats = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(rows)), repeats)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    number = first[which] + offset
    day = add_months(anchor[which], number * step[which])
    kept = (day >= low[which]) & (day < end[which])
    which, day = which[kept], day[kept]
    until = add_months(day, step[which])
    quantity, price = column(rows, "quantity"), column(rows, "price")
    minor = world.catalogue.columns()["minor"]
    gross = minor[price[which]] * quantity[which]

    item = column(rows, "item")
    order = np.lexsort((start, item))
    previous, current = order[:-1], order[1:]
    grown = (item[previous] == item[current]) & (start[current] >= settings.first_day - _BEFORE)
    value = minor[price] * quantity
    grown &= value[current] > value[previous]
    previous, current = previous[grown], current[grown]
    passed = months_of(start[current]) - months_of(anchor[current])
    passed = np.where(add_months(anchor[current], passed) > start[current], passed - 1, passed)
    begin = add_months(anchor[current], passed // step[current] * step[current])
    stop = add_months(begin, step[current])
    inside = (begin < start[current]) & (passed >= 0)
    previous, current, begin, stop = (part[inside] for part in (previous, current, begin, stop))
    share = (stop - start[current]) / (stop - begin)
    extra = np.round((value[current] - value[previous]) * share).astype(np.int64)

    def both(name: np.ndarray) -> np.ndarray:
        return np.concatenate([name[which], name[current]])

    return {
        "subscription": both(subscription),
        "item": both(item),
        "price": both(price),
        "day": np.concatenate([day, start[current]]),
        "until": np.concatenate([until, stop]),
        "gross": np.concatenate([gross, extra]),
        "quantity": np.concatenate([quantity[which], quantity[current] - quantity[previous]]),
        "proration": np.concatenate(
            [np.zeros(len(which), dtype=bool), np.ones(len(current), dtype=bool)]
        ),
    }


def _discounted(world: World, lines: dict[str, np.ndarray]) -> np.ndarray:
    percent = np.zeros(len(lines["day"]))
    by_subscription: dict[int, list] = {}
    for discount in world.ledger.discounts:
        by_subscription.setdefault(discount.subscription, []).append(discount)
    order = np.argsort(lines["subscription"], kind="stable")
    ordered = lines["subscription"][order]
    for subscription, discounts in by_subscription.items():
        low, high = np.searchsorted(ordered, [subscription, subscription + 1])
        mine = order[low:high]
        for discount in discounts:
            inside = (lines["day"][mine] >= discount.start) & (lines["day"][mine] < discount.end)
            percent[mine[inside]] = discount.percent
    return np.round(lines["gross"] * (1 - percent / 100)).astype(np.int64)


def invoice_tables(world: World) -> dict[str, Columns]:
    """`invoice`, `invoice_line_item` and `credit_note`."""
    settings, accounts = world.settings, world.accounts
    random = settings.random("invoices")
    lines = _lines(world)
    trial_end = column(world.ledger.subscriptions, "trial_end")[lines["subscription"]]
    billable = lines["day"] >= np.where(trial_end == NONE, 0, trial_end)
    lines = {name: values[billable] for name, values in lines.items()}
    net = _discounted(world, lines)
    key = (lines["subscription"] * 100_000 + lines["day"]) * 2 + lines["proration"]
    keys, invoice_of = np.unique(key, return_inverse=True)
    by_day = np.argsort(keys // 2 % 100_000, kind="stable")
    rank = np.empty(len(keys), dtype=np.int64)
    rank[by_day] = np.arange(len(keys))
    invoice_of = rank[invoice_of]
    keys = keys[by_day]
    count = len(keys)
    subscription, day = keys // 200_000, keys // 2 % 100_000
    proration = keys % 2 == 1
    account = column(world.ledger.subscriptions, "account")[subscription]
    currency = accounts.currency[account]
    subtotal = np.bincount(invoice_of, weights=net, minlength=count).astype(np.int64)
    until = np.zeros(count, dtype=np.int64)
    np.maximum.at(until, invoice_of, lines["until"])
    tax = np.round(subtotal * np.array(_TAX)[currency]).astype(np.int64)
    total = subtotal + tax

    created = day * 86_400 + 3_600 + random.integers(0, 3_000, count)
    finalized = created + 3_600
    terms = np.where(accounts.segment[account] < 2, 30, 0)
    month = np.clip(months_of(day) - settings.history_month, 0, settings.grid_months - 1)
    mood = accounts.mood(account, month)
    slow = np.maximum(random.normal(34 - 52 * mood, 9), 0)
    days_to_pay = np.where(terms > 0, np.maximum(12, terms - 14 + slow), slow * 0.35)
    never = (mood < 0.35) & (random.random(count) < 0.06)
    paid_at = finalized + (days_to_pay * 86_400).astype(np.int64) + 1_200
    paid = ~never & (paid_at <= settings.end_second)
    lost = never & (day < settings.end_day - 120)
    voided = ~paid & ~lost & never & (random.random(count) < 0.15)
    status = np.where(paid, 0, np.where(lost, 2, np.where(voided, 3, 1)))
    voided_at = np.where(voided, np.minimum(finalized + 5 * 86_400, settings.end_second), NONE)
    updated = np.where(paid, paid_at, np.where(lost, finalized + 100 * 86_400, finalized))
    updated = np.where(voided, voided_at, updated)
    first_of = np.unique(subscription, return_index=True)[1]
    reason = np.ones(count, dtype=np.int64)
    reason[first_of] = 0
    reason = np.where(
        day > column(world.ledger.subscriptions, "anchor")[subscription] + 3,
        np.maximum(reason, 1),
        reason,
    )
    reason = np.where(proration, 2, reason)
    ids = scrambled("in_", np.arange(count), 12, settings.seed)
    codes = pick([code.lower() for code in words.CURRENCIES], currency)
    invoice: Columns = {
        "id": ids,
        "number": numbered("INV-", np.arange(count) + 1, 7),
        "customer_id": customer_ids(world).take(pa.array(account)),
        "subscription_id": subscription_ids(world).take(pa.array(subscription)),
        "status": pick(("paid", "open", "uncollectible", "void"), status),
        "billing_reason": pick(
            ("subscription_create", "subscription_cycle", "subscription_update"), reason
        ),
        "currency": codes,
        "subtotal": subtotal,
        "tax": tax,
        "total": total,
        "amount_due": total,
        "amount_paid": np.where(paid, total, 0),
        "amount_remaining": np.where(paid, 0, total),
        "attempt_count": 1 + (days_to_pay > terms + 7).astype(np.int64),
        "created": created,
        "due_date": created + terms * 86_400,
        "status_transitions_finalized_at": finalized,
        "status_transitions_paid_at": np.where(paid, paid_at, NONE),
        "status_transitions_voided_at": voided_at,
        "period_start": day * 86_400,
        "period_end": until * 86_400,
        "_fivetran_synced": np.minimum(updated + 600, settings.end_second),
    }
    order = np.lexsort((lines["item"], invoice_of))
    of = invoice_of[order]
    index = pa.array(of)
    line: Columns = {
        "id": scrambled("il_", np.arange(len(order)), 12, settings.seed),
        "invoice_id": ids.take(index),
        "subscription_id": subscription_ids(world).take(pa.array(subscription[of])),
        "subscription_item_id": item_ids(world).take(pa.array(lines["item"][order])),
        "price_id": price_ids(world).take(pa.array(lines["price"][order])),
        "amount": net[order],
        "currency": codes.take(index),
        "description": pick(
            ("Seats", "Additional seats for the rest of the period"),
            lines["proration"][order].astype(int),
        ),
        "quantity": lines["quantity"][order],
        "proration": lines["proration"][order],
        "type": ["subscription"] * len(order),
        "period_start": lines["day"][order] * 86_400,
        "period_end": lines["until"][order] * 86_400,
        "_fivetran_synced": np.minimum(created[of] + 600, settings.end_second),
    }
    credited = np.flatnonzero(paid & (random.random(count) < 0.012))
    moment = np.minimum(
        paid_at[credited] + random.integers(1, 20, len(credited)) * 86_400,
        settings.end_second - 900,
    )
    amount = np.round(total[credited] * random.uniform(0.05, 0.4, len(credited))).astype(np.int64)
    credited, moment, amount = credited[amount > 0], moment[amount > 0], amount[amount > 0]
    note: Columns = {
        "id": scrambled("cn_", np.arange(len(credited)), 12, settings.seed),
        "invoice_id": ids.take(pa.array(credited)),
        "customer_id": customer_ids(world).take(pa.array(account[credited])),
        "status": ["issued"] * len(credited),
        "reason": pick(
            ("order_change", "product_unsatisfactory"), (mood[credited] < 0.4).astype(int)
        ),
        "amount": amount,
        "currency": codes.take(pa.array(credited)),
        "created": moment,
        "voided_at": np.full(len(credited), NONE),
        "_fivetran_synced": moment + 600,
    }
    return {"stripe.invoice": invoice, "stripe.invoice_line_item": line, "stripe.credit_note": note}
