"""From settings to files: builds the world, its tables and its track events, and writes them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

from seeds.generator.billing import billing_tables
from seeds.generator.catalogue import Catalogue
from seeds.generator.columns import as_table
from seeds.generator.company import make_accounts
from seeds.generator.contacts import make_contacts
from seeds.generator.crm import account_tables, contract_table, staff_tables
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
from seeds.generator.usage import (
    UsagePlan,
    chunk_columns,
    chunks_of_month,
    plan_usage,
    usage_tables,
)
from seeds.generator.world import World, make_window
from seeds.generator.writers import clear, csv_bytes, write_csv, write_parquet

TRACKS = "product.tracks"


def make_world(settings: CompanySettings) -> World:
    """The whole company, hidden state included, before any table is made of it."""
    accounts = make_accounts(settings)
    catalogue = Catalogue(1970 + settings.history_month // 12)
    ledger = play(settings, accounts, catalogue)
    staff = make_staff(settings, accounts, ledger)
    return World(settings, accounts, catalogue, ledger, staff,
                 make_window(settings, accounts, ledger))


def make_tables(world: World) -> dict[str, pa.Table]:
    """Every raw table but the track events and what needs them, by `system.table`."""
    contacts, owners = make_contacts(world), Owners(world)
    columns = {
        **account_tables(world), **contract_table(world), **staff_tables(world),
        **deal_tables(world), "salesforce.contact": contacts.table,
        **engagement_tables(world, contacts, owners), **billing_tables(world),
        **invoice_tables(world), **support_tables(world),
        **success_tables(world, contacts, owners), **playbook_tables(world, owners),
        **people_tables(world), "finance.fx_rates": fx_rates(world), "mdm.id_map": id_map(world),
    }
    return {name: as_table(shapes()[name], values) for name, values in columns.items()}


def month_name(settings: CompanySettings, month: int) -> str:
    """`tracks_YYYY_MM` of a month of the window."""
    index = settings.first_month + month
    return f"tracks_{1970 + index // 12}_{index % 12 + 1:02d}"


def month_of_tracks(plan: UsagePlan, month: int, chunks: int | None = None) -> pa.Table:
    """The track events of a month of the window (or of its first chunks), by account and user."""
    shape = shapes()[TRACKS]
    tables = [
        as_table(shape, found) for start, stop in islice(chunks_of_month(plan, month), chunks)
        if (found := chunk_columns(plan, month, start, stop, in_order=True)) is not None]
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
                    path, batch.schema, compression="snappy", store_schema=False,
                    write_statistics=["timestamp", "received_at"],
                    use_dictionary=[name for name in batch.column_names
                                    if name not in ("id", "timestamp", "received_at")])
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


def write_company(settings: CompanySettings, folder: Path, file_format: str,
                  clean: bool) -> Written:
    """Make the company and write it under `folder`; `file_format` is `csv` or `parquet`."""
    began = perf_counter()
    world = make_world(settings)
    tables = make_tables(world)
    plan = plan_usage(world)
    victims = None if clean else Victims(world)
    folder.mkdir(parents=True, exist_ok=True)
    clear(folder)
    usage_began = perf_counter()
    months: dict[str, pa.Table] = {}
    if file_format == "parquet":
        events = write_tracks_parquet(plan, folder)
    else:
        months = {month_name(settings, month): month_of_tracks(plan, month)
                  for month in range(settings.months)}
        events = sum(len(table) for table in months.values())
    usage_seconds = perf_counter() - usage_began
    for name, values in usage_tables(plan).items():
        tables[name] = as_table(shapes()[name], values)
    extra, faults = None, []
    if victims is not None:
        planter = Planter(world, tables, victims)
        last = settings.months - 1
        sample = months.get(month_name(settings, last)) or month_of_tracks(
            plan, last, chunks=1)
        extra = plant(planter, plan, sample)
        tables, faults = planter.tables, planter.faults
    for file in _write(settings, folder, file_format, tables, months, extra, faults):
        _fill_in(faults, file)
    if not clean:
        (folder / "FAULTS.csv").write_bytes(faults_csv(faults))
    rows = events + sum(len(table) for table in tables.values())
    return Written(events, rows, usage_seconds, perf_counter() - began, len(faults))


def _write(settings: CompanySettings, folder: Path, file_format: str,
           tables: dict[str, pa.Table], months: dict[str, pa.Table], extra: pa.Table | None,
           faults: list[Fault]) -> Iterator[tuple[str, Path]]:
    """Write every table; yields (`system.table`, file relative to `folder`)."""
    tracks = shapes()[TRACKS]
    if file_format == "parquet":
        for name, table in sorted(tables.items()):
            yield name, write_parquet(folder, shapes()[name], table).relative_to(folder)
        if extra is not None:
            path = write_parquet(folder, tracks, extra, "tracks_extra")
            yield TRACKS, path.relative_to(folder)
        return
    random = settings.random("malformed lines")
    newest = month_name(settings, settings.months - 1)
    files = [(name, shapes()[name].table, table) for name, table in sorted(tables.items())]
    files += [(TRACKS, name, table) for name, table in sorted(months.items())]
    for name, stem, table in files:
        if stem == newest and extra is not None:
            table = pa.concat_tables([table, extra])
        data, notes = csv_bytes(table), []
        if extra is not None and (name != TRACKS or stem == newest):
            data, notes = insert_malformed(name, "", data, settings.seed, random)
            faults.extend(notes)
        path = write_csv(folder, shapes()[name], data, stem, always_gzip=name == TRACKS)
        if name != TRACKS or stem == newest:
            yield name, path.relative_to(folder)


def _fill_in(faults: list[Fault], file: tuple[str, Path]) -> None:
    """Note the file's name in the faults of its table."""
    name, path = file
    for number, fault in enumerate(faults):
        if f"{fault.source_system}.{fault.source_table}" == name and not fault.source_file:
            faults[number] = replace(fault, source_file=path.as_posix())
