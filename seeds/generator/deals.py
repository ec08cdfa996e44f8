"""Salesforce opportunities and the history of their stage, forecast category, amount and date."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.columns import Columns, pick
from seeds.generator.company import labels
from seeds.generator.contracts import contract_ids
from seeds.generator.days import NONE, months_of, text
from seeds.generator.identifiers import salesforce
from seeds.generator.records import Deal
from seeds.generator.world import World, column

STAGES = ("Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
CATEGORIES = ("Pipeline", "Best Case", "Commit", "At Risk", "Closed", "Omitted")
KINDS = ("New Business", "Renewal", "Expansion")
_PROBABILITY = (20.0, 50.0, 75.0, 100.0, 0.0)


def _side_deals(world: World) -> list[Deal]:
    """Open and lost expansion deals, so that there is a pipeline to cover a target with."""
    settings, accounts = world.settings, world.accounts
    random = settings.random("pipeline")
    arr = np.zeros(accounts.count)
    since = np.full(accounts.count, -1)
    main = np.full(accounts.count, -1)
    for account, day, value in world.ledger.arr:
        arr[account] = value
        since[account] = day
    for account, _, number in world.ledger.current_terms:
        main[account] = number
    deals = []
    live = np.flatnonzero((arr > 0) & (main >= 0) & (accounts.merged_into < 0))
    for account in live[random.random(len(live)) < 0.15].tolist():
        created = max(settings.end_day - int(random.integers(3, 80)), int(since[account]))
        deals.append(
            Deal(
                account,
                "Expansion",
                created,
                created + int(random.integers(40, 150)),
                NONE,
                False,
                arr[account],
                round(arr[account] * random.uniform(0.08, 0.4), 2),
                int(main[account]),
            )
        )
    for account in live[random.random(len(live)) < 0.12].tolist():
        low = max(int(accounts.first_day[account]), settings.first_day)
        if low + 120 >= settings.end_day:
            continue
        created = int(random.integers(low, settings.end_day - 110))
        closed = created + int(random.integers(20, 100))
        deals.append(
            Deal(
                account,
                "Expansion",
                created,
                closed - 5,
                closed,
                False,
                arr[account],
                round(arr[account] * random.uniform(0.08, 0.3), 2),
                int(main[account]),
            )
        )
    return deals


def deal_tables(world: World) -> dict[str, Columns]:
    """`opportunity` and `opportunity_field_history`; the first is the last state of the second."""
    settings, accounts, staff = world.settings, world.accounts, world.staff
    random = settings.random("deals")
    deals = world.ledger.deals + _side_deals(world)
    count = len(deals)
    account, created, target, closed, term = (
        column(deals, name) for name in ("account", "created", "target", "closed", "term")
    )
    won = column(deals, "won")
    prior, arr = np.round(column(deals, "prior_arr"), 2), np.round(column(deals, "arr"), 2)
    kind = np.array([KINDS.index(deal.kind) for deal in deals])
    is_renewal = kind == 1
    is_closed = closed != NONE
    finish = np.where(is_closed, closed, np.maximum(target, settings.end_day + 20))
    span = np.maximum(finish - created, 0)

    # what the seller believes two thirds of the way in: the mood, seen through a fog
    month = np.clip(
        months_of(np.minimum(finish, settings.end_day) - 60) - settings.history_month,
        0,
        settings.grid_months - 1,
    )
    fog = accounts.health[account, month] + 0.8 * random.standard_normal(count)
    fog = fog + np.where(is_closed, np.where(won, 0.5, -0.7), 0.0)
    early = np.where(is_renewal, np.where(fog < -0.9, 3, np.where(fog > 0.9, 1, 0)), 0)
    late = np.where(fog < -0.5, np.where(is_renewal, 3, 0), np.where(fog > 0.3, 2, 1))
    final_stage = np.where(won, 3, 4)
    final_category = np.where(won, 4, 5)
    first_amount = np.where(is_renewal, prior, np.round(arr * random.uniform(0.75, 1.3, count), 2))
    middle_amount = np.where(is_renewal, np.round(prior + (arr - prior) * 0.6, 2), arr)

    def at(share: float) -> np.ndarray:
        return created + np.floor(span * share).astype(np.int64)

    late_push = np.maximum(target, created + 1)
    pushed = np.where(is_closed, np.minimum(closed, late_push + 30), late_push + 45)
    last = np.where(is_closed, closed, NONE)
    hour = 30_000 + random.integers(0, 20_000, count)
    never = np.full(count, settings.end_day + 10_000)
    history: list[tuple[str, np.ndarray, np.ndarray, pa.Array]] = []

    def record(name: str, day: np.ndarray, kept: np.ndarray, values: pa.Array) -> None:
        history.append((name, np.where(kept, day, never), kept, values))

    all_ = np.ones(count, dtype=bool)
    strong = at(0.35) < finish

    def money(values: np.ndarray) -> pa.Array:
        return pa.array(values).cast(pa.decimal128(18, 2)).cast(pa.string())

    def dates(values: np.ndarray) -> pa.Array:
        return pa.array(values.astype(np.int32)).cast(pa.date32()).cast(pa.string())

    def as_closed(day: np.ndarray) -> np.ndarray:
        return np.where(is_closed, day, 0)

    zero = np.zeros(count, dtype=np.int64)
    record("StageName", created, all_, pick(STAGES, zero))
    record("StageName", at(0.35), strong, pick(STAGES, zero + 1))
    record("StageName", at(0.65), at(0.65) > at(0.35), pick(STAGES, zero + 2))
    record("StageName", last, is_closed, pick(STAGES, final_stage))
    record("ForecastCategoryName", created, all_, pick(CATEGORIES, early))
    record("ForecastCategoryName", at(0.55), at(0.55) > created, pick(CATEGORIES, late))
    record("ForecastCategoryName", last, is_closed, pick(CATEGORIES, final_category))
    record("Amount", created, all_, money(first_amount))
    record("Amount", at(0.5), at(0.5) > created, money(middle_amount))
    record("Amount", last, is_closed, money(arr))
    record("CloseDate", created, all_, dates(target))
    overdue = np.where(is_closed, closed > late_push, settings.end_day > late_push)
    record("CloseDate", late_push, overdue, dates(pushed))
    record("CloseDate", last, is_closed, dates(as_closed(closed)))

    order = np.concatenate([np.full(count, number) for number in range(len(history))])
    who = np.tile(np.arange(count), len(history))
    day = np.concatenate([row[1] for row in history])
    name = np.array([row[0] for row in history])[order]
    values = pa.concat_arrays([row[3] for row in history])
    keep = np.flatnonzero(day <= settings.end_day)
    ordering = np.lexsort((order[keep], day[keep], name[keep], who[keep]))
    keep = keep[ordering]
    who, day, name = who[keep], day[keep], name[keep]
    values = values.take(pa.array(keep))
    texts = np.array(values.to_pylist(), dtype=object)
    same = np.zeros(len(who), dtype=bool)
    same[1:] = (who[1:] == who[:-1]) & (name[1:] == name[:-1])
    unchanged = same.copy()
    unchanged[1:] &= texts[1:] == texts[:-1]
    who, day, name, texts, same = (part[~unchanged] for part in (who, day, name, texts, same))
    overwritten = np.zeros(len(who), dtype=bool)
    overwritten[:-1] = same[1:] & (day[1:] == day[:-1])
    who, day, name, texts = (part[~overwritten] for part in (who, day, name, texts))
    starts = np.ones(len(who), dtype=bool)
    starts[1:] = (who[1:] != who[:-1]) | (name[1:] != name[:-1])
    old = np.where(starts, None, np.concatenate([[None], texts[:-1]]))
    now: dict[str, list] = {}
    for field in ("StageName", "ForecastCategoryName", "Amount", "CloseDate"):
        mine = name == field
        latest = np.full(count, None, dtype=object)
        latest[who[mine]] = texts[mine]
        now[field] = latest.tolist()
    changed = np.zeros(count, dtype=np.int64)
    np.maximum.at(changed, who, day)
    moment = np.minimum(day * 86_400 + hour[who], settings.end_second)
    by_time = np.lexsort((name, who, moment))
    moment_of = np.minimum(changed * 86_400 + hour, settings.end_second)
    stage = np.array([STAGES.index(value) for value in now["StageName"]])
    amount = np.array([float(value) for value in now["Amount"]])
    ids = salesforce("006", np.arange(count), settings.seed)
    lost = is_closed & ~won
    wins = column(deals, "win_back")
    renewal_date = column(deals, "renewal_date")
    names = [
        f"{accounts.names[a]} {deal.kind}"
        + (f" {text(deal.renewal_date)}" if deal.renewal_date != NONE else "")
        for a, deal in zip(account.tolist(), deals, strict=True)
    ]
    opportunity: Columns = {
        "id": ids,
        "account_id": accounts.ids.take(pa.array(account)),
        "name": names,
        "type": pick(KINDS, kind),
        "stage_name": now["StageName"],
        "forecast_category_name": now["ForecastCategoryName"],
        "amount": amount,
        "currency_iso_code": labels(accounts, "currency").take(pa.array(account)),
        "arr_c": np.where(is_closed, arr, amount),
        "prior_arr_c": prior,
        "probability": np.array(_PROBABILITY)[stage],
        "close_date": np.array([np.datetime64(v, "D").astype(np.int64) for v in now["CloseDate"]]),
        "contract_id": pick(contract_ids(world), np.where(term >= 0, term, -1)),
        "renewal_date_c": renewal_date,
        "is_closed": is_closed,
        "is_won": is_closed & won,
        "closed_date_c": np.where(is_closed, closed * 86_400 + hour, NONE),
        "loss_reason_c": pick(
            words.LOSS_REASONS,
            np.where(lost, random.integers(0, len(words.LOSS_REASONS), count), -1),
        ),
        "lead_source": pick(
            ("Inbound", "Outbound", "Partner", "Win-back"),
            np.where(wins, 3, np.where(kind == 0, random.integers(0, 3, count), -1)),
        ),
        "owner_id": pick(staff.ids, staff.seller[account]),
        "is_deleted": np.zeros(count, dtype=bool),
        "created_date": created * 86_400 + hour,
        "last_modified_date": moment_of,
    }
    index = pa.array(by_time)
    rows = len(by_time)
    return {
        "salesforce.opportunity": opportunity,
        "salesforce.opportunity_field_history": {
            "id": salesforce("017", np.arange(rows) + 400_000_000, settings.seed),
            "opportunity_id": ids.take(pa.array(who[by_time])),
            "field": pa.array(name.tolist(), pa.string()).take(index),
            "old_value": pa.array(old.tolist(), pa.string()).take(index),
            "new_value": pa.array(texts.tolist(), pa.string()).take(index),
            "created_by_id": pick(staff.ids, staff.seller[account[who[by_time]]]),
            "created_date": moment[by_time],
        },
    }
