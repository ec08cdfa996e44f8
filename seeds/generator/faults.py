"""Plants the known faults: small, each on an account or record of its own, each written down."""

from __future__ import annotations

import pyarrow as pa

from seeds.generator.account_faults import (
    plant_account_fields,
    plant_currencies,
    plant_dates,
    plant_spellings,
)
from seeds.generator.event_faults import plant_copies, plant_events
from seeds.generator.planting import Planter
from seeds.generator.record_faults import (
    plant_duplicates,
    plant_missing_values,
    plant_orphans,
    plant_strangers,
)
from seeds.generator.usage_plan import UsagePlan


def plant(p: Planter, plan: UsagePlan, sample: pa.Table, copies: int) -> pa.Table:
    """Plant everything that can be planted into typed tables; returns the extra track events.

    `sample` holds some real track events, of two of which there are `copies` among the extra:
    one where they are added to the file of the original, two where they have a file of their own
    (the same event in two files is a file delivered again, and no fault)."""
    plant_currencies(p)
    extra = plant_events(p, plan)
    plant_account_fields(p)
    plant_dates(p)
    plant_spellings(p)
    plant_missing_values(p)
    plant_duplicates(p)
    plant_strangers(p)
    plant_orphans(p)
    return pa.concat_tables([extra, *[plant_copies(p, sample)] * copies])
