"""From settings to files: builds the world, its tables and its track events, and writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from seeds.generator.billing import billing_tables
from seeds.generator.catalogue import Catalogue
from seeds.generator.columns import Columns, as_table
from seeds.generator.company import make_accounts
from seeds.generator.contacts import make_contacts
from seeds.generator.contracts import contract_table
from seeds.generator.crm import account_tables
from seeds.generator.deals import deal_tables
from seeds.generator.engagement import Owners, engagement_tables
from seeds.generator.faults import plant
from seeds.generator.invoices import invoice_tables
from seeds.generator.lifecycle import play
from seeds.generator.malformed import insert_malformed
from seeds.generator.people import make_staff
from seeds.generator.planting import Fault, Planter, Victims, faults_csv
from seeds.generator.playbooks import playbook_tables
from seeds.generator.settings import CompanySettings
from seeds.generator.shapes import shapes
from seeds.generator.shared import fx_rates, id_map, people_tables
from seeds.generator.success import success_tables
from seeds.generator.support import support_tables
from seeds.generator.teams import staff_tables
from seeds.generator.usage import chunk_columns, chunks_of_month, usage_tables
from seeds.generator.usage_plan import UsagePlan, plan_usage
from seeds.generator.world import World, make_window
from seeds.generator.writers import clear, csv_bytes, write_csv, write_parquet

TRACKS = "product.tracks"
TOUCHED = frozenset(
    f"{system}.{table}"
    for system, tables in {
        "salesforce": "account account_history contact contract event opportunity task",
        "stripe": "credit_note customer invoice invoice_line_item price subscription "
        "subscription_item",
        "zendesk": "organization satisfaction_rating ticket",
        "gainsight": "cta escalation program_touch qbr survey_response timeline_activity",
        "mdm": "id_map",
    }.items()
    for table in tables.split()
)
"""Tables that planted faults change; all others are written as soon as they are made."""


def make_world(settings: CompanySettings) -> World:
    """The whole company, hidden state included, before any table is made of it."""
    accounts = make_accounts(settings)
    catalogue = Catalogue(1970 + settings.history_month // 12)
    ledger = play(settings, accounts, catalogue)
    staff = make_staff(settings, accounts, ledger)
    return World(
        settings, accounts, catalogue, ledger, staff, make_window(settings, accounts, ledger)
    )


def table_groups(world: World) -> Iterator[dict[str, pa.Table]]:
    """Every raw table but those of the product, a few at a time, by `system.table`."""
    contacts, owners = make_contacts(world), Owners(world)
    makers: tuple[Callable[[], dict[str, Columns]], ...] = (
        lambda: account_tables(world),
        lambda: contract_table(world),
        lambda: staff_tables(world),
        lambda: deal_tables(world),
        lambda: {"salesforce.contact": contacts.table},
        lambda: engagement_tables(world, contacts, owners),
        lambda: billing_tables(world),
        lambda: invoice_tables(world),
        lambda: support_tables(world),
        lambda: success_tables(world, contacts, owners),
        lambda: playbook_tables(world, owners),
        lambda: people_tables(world),
        lambda: {"finance.fx_rates": fx_rates(world), "mdm.id_map": id_map(world)},
    )
    for maker in makers:
        yield {name: as_table(shapes()[name], values) for name, values in maker().items()}


def month_name(settings: CompanySettings, month: int) -> str:
    """`tracks_YYYY_MM` of a month of the window."""
    index = settings.first_month + month
    return f"tracks_{1970 + index // 12}_{index % 12 + 1:02d}"


def month_of_tracks(plan: UsagePlan, month: int, chunks: int | None = None) -> pa.Table:
    """The track events of a month of the window (or of its first chunks), by account and user."""
    shape = shapes()[TRACKS]
    tables = [
        as_table(shape, found)
        for start, stop in islice(chunks_of_month(plan, month), chunks)
        if (found := chunk_columns(plan, month, start, stop, in_order=True)) is not None
    ]
    return pa.concat_tables(tables) if tables else shape.schema.empty_table()


def write_tracks_parquet(plan: UsagePlan, folder: Path) -> int:
    """Write the track events month by month; memory stays at a few chunks. Returns the events."""
    shape = shapes()[TRACKS]
    settings = plan.world.settings
    target = folder / shape.system
    target.mkdir(parents=True, exist_ok=True)

    def month_file(month: int) -> int:
        written, writer = 0, None
        path = target / f"{month_name(settings, month)}.parquet"
        for start, stop in chunks_of_month(plan, month):
            columns = chunk_columns(plan, month, start, stop, in_order=False)
            if columns is None:
                continue
            batch = pa.table(columns)
            if writer is None:
                writer = pq.ParquetWriter(
                    path,
                    batch.schema,
                    compression="snappy",
                    store_schema=False,
                    write_statistics=["timestamp", "received_at"],
                    use_dictionary=[
                        name
                        for name in batch.column_names
                        if name not in ("id", "timestamp", "received_at")
                    ],
                )
            writer.write_table(batch, row_group_size=len(batch))
            written += len(batch)
        if writer is None:
            pq.write_table(shape.schema.empty_table(), path)
        else:
            writer.close()
        return written

    with ThreadPoolExecutor(max_workers=2) as pool:
        return sum(pool.map(month_file, range(settings.months)))


@dataclass(frozen=True)
class Written:
    """What a run wrote."""

    events: int
    rows: int
    usage_seconds: float
    seconds: float
    faults: int


def write_company(
    settings: CompanySettings, folder: Path, file_format: str, clean: bool
) -> Written:
    """Make the company and write it under `folder`; `file_format` is `csv` or `parquet`."""
    began = perf_counter()
    world = make_world(settings)
    plan = plan_usage(world)
    victims = None if clean else Victims(world)
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)
    usage_began = perf_counter()
    months: dict[str, pa.Table] = {}
    if file_format == "parquet":
        events = write_tracks_parquet(plan, folder)
    else:
        months = {
            month_name(settings, month): month_of_tracks(plan, month)
            for month in range(settings.months)
        }
        events = sum(len(table) for table in months.values())
    usage_seconds = perf_counter() - usage_began

    rows = events
    kept: dict[str, pa.Table] = {}
    product = {name: as_table(shapes()[name], found) for name, found in usage_tables(plan).items()}
    for group in chain([product], table_groups(world)):
        for name, table in group.items():
            rows += len(table)
            if victims is None or name not in TOUCHED:
                _write(folder, name, table, file_format)
            else:
                kept[name] = table
        del group
    faults: list[Fault] = []
    if victims is not None:
        planter = Planter(world, kept, victims)
        last = month_name(settings, settings.months - 1)
        sample = months.get(last)
        if sample is None:
            sample = month_of_tracks(plan, settings.months - 1, chunks=1)
        extra = plant(planter, plan, sample, copies=1 if file_format == "csv" else 2)
        faults = planter.faults
        random = settings.random("malformed lines")
        for name, table in sorted(planter.tables.items()):
            faults = _write_faulty(folder, name, table, file_format, faults, random, settings.seed)
        if file_format == "csv":
            extra = pa.concat_tables([months.pop(last), extra])
        faults = _write_faulty(
            folder,
            TRACKS,
            extra,
            file_format,
            faults,
            random,
            settings.seed,
            last if file_format == "csv" else "tracks_extra",
        )
        (folder / "FAULTS.csv").write_bytes(faults_csv(faults))
    for stem, table in months.items():
        _write(folder, TRACKS, table, file_format, stem)
    return Written(events, rows, usage_seconds, perf_counter() - began, len(faults))


def _write(
    folder: Path, name: str, table: pa.Table, file_format: str, stem: str | None = None
) -> None:
    if file_format == "parquet":
        write_parquet(folder, shapes()[name], table, stem)
    else:
        write_csv(folder, shapes()[name], csv_bytes(table), stem, always_gzip=name == TRACKS)


def _write_faulty(
    folder: Path,
    name: str,
    table: pa.Table,
    file_format: str,
    faults: list[Fault],
    random: np.random.Generator,
    seed: int,
    stem: str | None = None,
) -> list[Fault]:
    """Write a table that carries faults; returns all faults, those of the table with its file."""
    shape = shapes()[name]
    if file_format == "parquet":
        path = write_parquet(folder, shape, table, stem)
    else:
        data, notes = insert_malformed(name, csv_bytes(table), seed, random)
        faults = faults + notes
        path = write_csv(folder, shape, data, stem, always_gzip=name == TRACKS)
    file = path.relative_to(folder).as_posix()
    return [
        replace(fault, source_file=file)
        if (fault.source_system, fault.source_table) == (shape.system, shape.table)
        else fault
        for fault in faults
    ]
