"""Product track events in chunks of bounded memory, and the users and entitlements behind them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from seeds.generator.billing_ids import product_ids
from seeds.generator.catalogue import PRODUCT_OF_PLAN, PRODUCTS
from seeds.generator.columns import Columns, pick
from seeds.generator.days import NONE, month_start
from seeds.generator.identifiers import numbered
from seeds.generator.usage_plan import UsagePlan
from seeds.generator.world import column

# the features of the product from the first that people use to the last; those of the
# higher plans come later
FEATURES = (
    "dashboards",
    "reports",
    "search",
    "sharing",
    "alerts",
    "exports",
    "integrations",
    "workflows",
    "api",
    "audit",
    "forecasts",
    "automation",
)
EVENTS = (
    "dashboard_viewed",
    "report_created",
    "search_run",
    "item_shared",
    "alert_set",
    "export_downloaded",
    "integration_synced",
    "workflow_run",
    "api_called",
    "audit_log_viewed",
    "forecast_built",
    "automation_run",
)
PLATFORMS = ("web", "mobile", "api")
_TIMED = np.array([f in ("reports", "workflows", "forecasts") for f in FEATURES])
_MANY = np.array([f in ("exports", "integrations", "api", "automation") for f in FEATURES])
CHUNK = 2**20
"""Most events in one chunk (a Parquet row group), unless one account alone has more."""


def chunks_of_month(plan: UsagePlan, month: int) -> Iterator[tuple[int, int]]:
    """Runs of accounts, each with at most `CHUNK` events in a month of the window."""
    counts = plan.events[:, month]
    edges = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = edges[start - 1] if start else 0
        stop = max(int(np.searchsorted(edges, done + CHUNK, side="right")), start + 1)
        yield start, stop
        start = stop


def _week(settings_month: int) -> tuple[np.ndarray, int]:
    """Cumulative weight of the days of a month: weekends count a fifth."""
    low, high = month_start(settings_month), month_start(settings_month + 1)
    weekday = (np.arange(low, high) + 3) % 7
    return np.concatenate([[0.0], np.cumsum(np.where(weekday < 5, 1.0, 0.2))]), low


def chunk_columns(
    plan: UsagePlan, month: int, start: int, stop: int, in_order: bool
) -> dict[str, pa.Array] | None:
    """The track events of some accounts in a month of the window; None where there are none.

    Independent of every other chunk; `in_order` sorts them by account, user and time."""
    world = plan.world
    settings, window = world.settings, world.window
    counts = plan.events[start:stop, month]
    size = int(counts.sum())
    if not size:
        return None
    random = settings.random("tracks", month, start)
    account = np.repeat(np.arange(start, stop, dtype=np.int32), counts)
    number = np.arange(size, dtype=np.int64) + plan.first_event[start, month]

    active = plan.active[start:stop, month]
    user = (random.random(size) * np.repeat(active, counts)).astype(np.int64)
    user += np.repeat(plan.first_user[start:stop], counts)
    pull = random.random(size)
    feature = (pull * pull * np.repeat(plan.features[start:stop, month], counts)).astype(np.int8)

    weights, low = _week(settings.first_month + month)
    begin = weights[np.clip(window.first_day[start:stop, month] - low, 0, len(weights) - 1)]
    until = weights[np.clip(window.last_day[start:stop, month] - low + 1, 0, len(weights) - 1)]
    point = random.random(size) * np.repeat(until - begin, counts) + np.repeat(begin, counts)
    day = np.searchsorted(weights, point, side="right") - 1
    day = np.minimum(day, np.repeat(window.last_day[start:stop, month] - low, counts))
    centre = np.array([18.0, 12.0, 4.0])[world.accounts.region[start:stop]]
    spread = (random.random(size) + random.random(size) - 1.0) * 4.0
    second = ((np.repeat(centre, counts) + spread) * 3600).astype(np.int64)
    at = (day + low) * 86_400 + np.clip(second, 0, 86_390)
    draw = random.random(size)
    lag = 1 + (draw * 4).astype(np.int64)
    offline = draw > 0.995
    lag[offline] = (pull[offline] * 150_000).astype(np.int64) + 60
    if in_order:
        order = np.lexsort((at, user))
        account, user, feature, at, lag, draw, pull = (
            part[order] for part in (account, user, feature, at, lag, draw, pull)
        )
    received = np.minimum(at + lag, settings.end_second)
    at = np.minimum(at, received)
    _remember(plan, user, at, in_order)
    many = _MANY[feature]
    quantity = np.where(many, (pull * 40).astype(np.int64) + 1, 1) * 10_000
    duration = (draw * 900).astype(np.int64) * 100
    return {
        "id": numbered("evt_", number, 9),
        "event": _coded(EVENTS, feature),
        "user_id": _users(plan, user),
        "anonymous_id": pa.nulls(size, pa.string()),
        "context_group_id": pa.DictionaryArray.from_arrays(
            account - start, plan.groups.slice(start, stop - start)
        ),
        "feature": _coded(FEATURES, feature),
        "quantity": _decimal(quantity, np.zeros(size, dtype=bool), pa.decimal128(18, 4)),
        "duration_seconds": _decimal(duration, ~_TIMED[feature], pa.decimal128(18, 2)),
        "platform": _coded(
            PLATFORMS,
            np.where(feature == 8, 2, (draw * 1e4 % 1 > 0.8).astype(np.int8)).astype(np.int8),
        ),
        "timestamp": pa.array(at * 1_000_000).cast(pa.timestamp("us")),
        "received_at": pa.array(received * 1_000_000).cast(pa.timestamp("us")),
    }


def _remember(plan: UsagePlan, user: np.ndarray, at: np.ndarray, in_order: bool) -> None:
    low, high = int(user.min()), int(user.max()) + 1
    if in_order:
        edge = np.flatnonzero(np.concatenate([[True], user[1:] != user[:-1]]))
        mine = user[edge]
        plan.seen_first[mine] = np.minimum(plan.seen_first[mine], at[edge])
        last = np.concatenate([edge[1:], [len(user)]]) - 1
        plan.seen_last[mine] = np.maximum(plan.seen_last[mine], at[last])
    else:
        np.minimum.at(plan.seen_first[low:high], user - low, at)
        np.maximum.at(plan.seen_last[low:high], user - low, at)


def _coded(labels: tuple[str, ...], codes: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(labels))


def _users(plan: UsagePlan, user: np.ndarray) -> pa.Array:
    low, high = int(user.min()), int(user.max()) + 1
    ids = numbered("u", np.arange(low, high), 7)
    return pa.DictionaryArray.from_arrays((user - low).astype(np.int32), ids)


def _decimal(values: np.ndarray, empty: np.ndarray, kind: pa.DataType) -> pa.Array:
    wide = np.zeros((len(values), 2), dtype=np.int64)
    wide[:, 0] = values
    valid = None
    if empty.any():
        valid = pa.array(~empty).buffers()[1]
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(wide)])


def usage_tables(plan: UsagePlan) -> dict[str, Columns]:
    """`users` (call it after all chunks) and `entitlements`."""
    world = plan.world
    settings, accounts = world.settings, world.accounts
    random = settings.random("product users")
    account = np.repeat(np.arange(accounts.count), plan.users_per_account)
    rank = np.arange(len(account)) - plan.first_user[account]
    seen = np.flatnonzero(plan.seen_last >= 0)
    account, rank = account[seen], rank[seen]
    first, last = plan.seen_first[seen], plan.seen_last[seen]
    created = np.maximum(first - random.integers(60, 3_600, len(seen)), 0)
    created = np.maximum(created, accounts.created_day[account] * 86_400 + 86_400)
    created = np.minimum(created, first)
    role = np.where(rank == 0, 0, np.where(rank < 3, 1, 2))
    domains = pa.array(accounts.domains).take(pa.array(account))
    prefix = numbered("user", rank, 4)
    users: Columns = {
        "id": numbered("u", seen, 7),
        "context_group_id": plan.groups.take(pa.array(account)),
        "email": pa.compute.binary_join_element_wise(prefix, domains, "@"),
        "role": pick(("admin", "editor", "member"), role),
        "is_active": last > settings.end_second - 60 * 86_400,
        "first_seen_at": first,
        "last_seen_at": last,
        "created_at": created,
        "updated_at": last,
    }
    rows = [row for row in world.ledger.intervals if row.start <= settings.end_day]
    owner = column(world.ledger.subscriptions, "account")[column(rows, "subscription")]
    start, end = column(rows, "start"), column(rows, "end")
    product = np.array(PRODUCT_OF_PLAN)[column(rows, "plan")]
    entitlements: Columns = {
        "id": numbered("ent_", np.arange(len(rows)), 7),
        "context_group_id": plan.groups.take(pa.array(owner)),
        "product_id": product_ids().take(pa.array(product)),
        "metric_name": pick(
            ("seats", "analytics_seats", "automation_seats")[: len(PRODUCTS)], product
        ),
        "entitled_quantity": column(rows, "quantity"),
        "valid_from": start,
        "valid_to": np.where(end > settings.end_day, NONE, end),
        "updated_at": np.where(end > settings.end_day, start, end) * 86_400 + 600,
    }
    return {"product.users": users, "product.entitlements": entitlements}
