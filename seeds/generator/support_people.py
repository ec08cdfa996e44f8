"""Zendesk organisations and the people who write and answer tickets."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.billing_ids import first_billed_day
from seeds.generator.columns import Columns, joined
from seeds.generator.days import NONE
from seeds.generator.people import SUPPORT
from seeds.generator.world import World


def organization_ids(world: World) -> pa.Array:
    """The Zendesk organisation id of every account (used by those that were ever billed)."""
    numbers = np.arange(world.accounts.count, dtype=np.int64) * 5_741 % 8_999_993
    return pa.array(numbers + 360_001_000_000).cast(pa.string())


def support_people(world: World) -> tuple[dict[str, Columns], np.ndarray, np.ndarray]:
    """`organization` and `user`; and the first requester and their number by account."""
    settings, accounts = world.settings, world.accounts
    billed = first_billed_day(world)
    rows = np.flatnonzero((billed != NONE) & (billed <= settings.end_day))
    index = pa.array(rows)
    created = np.minimum(billed[rows] * 86_400 + 7_200, settings.end_second - 9_000)
    organization: Columns = {
        "id": organization_ids(world).take(index),
        "name": pa.array(accounts.names).take(index),
        "external_id": accounts.ids.take(index),
        "domain_names": pa.array(accounts.domains).take(index),
        "created_at": created,
        "updated_at": created + 600,
    }
    size = np.array([4, 3, 2])[accounts.segment[rows]]
    owner = np.repeat(rows, size)
    count = len(owner)
    agents = np.flatnonzero(world.staff.role == SUPPORT)
    ids = pa.array(np.arange(count) + 900_100_000).cast(pa.string())
    place = np.arange(count) - np.repeat(np.cumsum(size) - size, size)
    at = np.repeat(created, size) + 1_200
    agent_at = world.staff.start[agents] * 86_400 + 36_000
    users: Columns = {
        "id": pa.concat_arrays(
            [ids, pa.array(np.arange(len(agents)) + 800_100_000).cast(pa.string())]
        ),
        "name": pa.concat_arrays(
            [
                joined("Requester ", pa.array(place + 1).cast(pa.string())),
                pa.array([world.staff.names[a] for a in agents.tolist()]),
            ]
        ),
        "email": pa.concat_arrays(
            [
                joined(
                    "help",
                    pa.array(place + 1).cast(pa.string()),
                    "@",
                    pa.array(accounts.domains).take(pa.array(owner)),
                ),
                pa.array([f"agent{n}@sample.example" for n in range(len(agents))]),
            ]
        ),
        "role": ["end-user"] * count + ["agent"] * len(agents),
        "organization_id": pa.concat_arrays(
            [organization_ids(world).take(pa.array(owner)), pa.nulls(len(agents), pa.string())]
        ),
        "active": np.ones(count + len(agents), dtype=bool),
        "created_at": np.concatenate([at, agent_at]),
        "updated_at": np.concatenate([np.minimum(at + 60, settings.end_second), agent_at + 60]),
    }
    first = np.zeros(accounts.count, dtype=np.int64)
    first[rows] = np.cumsum(size) - size
    sizes = np.zeros(accounts.count, dtype=np.int64)
    sizes[rows] = size
    return {"zendesk.organization": organization, "zendesk.user": users}, first, sizes
