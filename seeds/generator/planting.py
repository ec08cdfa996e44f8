"""The tools for planting faults: edit single cells of tables, and note what was done."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from seeds.generator.columns import as_table
from seeds.generator.shapes import shapes
from seeds.generator.world import World

_ENOUGH = 56
"""Accounts that must be able to carry a fault alone."""


@dataclass(frozen=True)
class Fault:
    """One planted fault; the columns of FAULTS.csv after `fault_id`."""

    rule_id: str
    source_system: str
    source_table: str
    source_file: str
    line_number: str
    record_id: str
    account_id: str
    field_name: str
    detail: str
    expected_in: str = "data_issues"


class Victims:
    """Accounts that can carry a fault alone, and who already carries one."""

    def __init__(self, world: World) -> None:
        """Live, on a fixed term with nothing new lately, in no merger and no hierarchy."""
        accounts, ledger, settings = world.accounts, world.ledger, world.settings
        arr = {account: (day, value) for account, day, value in ledger.arr}
        term = {account: number for account, _, number in ledger.current_terms}
        rates = (1.0, 1.09, 1.27, 0.0068)
        worth = {a: value * rates[int(accounts.currency[a])] for a, (_, value) in arr.items()}
        total = sum(worth.values())
        self._ids = accounts.ids.to_pylist()
        self._share = {self._ids[a]: value / total for a, value in worth.items()}
        apart = set(accounts.parent[accounts.parent >= 0].tolist())
        apart |= set(np.flatnonzero((accounts.merged_into >= 0) | (accounts.parent >= 0)).tolist())
        apart |= set(accounts.merged_into[accounts.merged_into >= 0].tolist())
        apart |= {a for a, day, _ in world.staff.segment_changes if day > settings.end_day - 60}
        self._taken = {self._ids[account] for account in apart}
        quiet = settings.end_day - 45
        able = [
            account
            for account, number in sorted(term.items())
            if number >= 0
            and arr.get(account, (quiet, 0.0))[0] < quiet
            and arr[account][1] > 0
            and ledger.terms[number].signed < quiet
            and ledger.terms[number].end > settings.end_day + 10
            and account not in apart
        ]
        settings.random("victims").shuffle(able)
        self._able = able
        self._larger = max(1.0, 300 / settings.accounts)
        if len(able) < _ENOUGH:
            raise ValueError(
                f"{settings.accounts} accounts are too few to plant the faults in, each on an "
                "account of its own: ask for 300 or more, or use --clean"
            )

    def take(self, share: float, fits: Callable[[int], bool] = lambda _: True) -> int:
        """The next free account with at most this share of the company's ARR."""
        for larger in (1, 4, 1000):  # in a small company rather a large account than none
            for account in self._able:
                if fits(account) and self.claim(self._ids[account], share * larger):
                    return account
        raise ValueError("too few small accounts for the faults: ask for more, or use --clean")

    def claim(self, account_id: str, share: float) -> bool:
        """True, once, for an account that is free and no larger than the share."""
        if account_id in self._taken or self._share.get(account_id, 0.0) > share * self._larger:
            return False
        self._taken.add(account_id)
        return True


class Planter:
    """Holds the tables while faults are planted into them."""

    def __init__(self, world: World, tables: dict[str, pa.Table], victims: Victims) -> None:
        """`tables` by `system.table`, without the track events."""
        self.world = world
        self.tables = dict(tables)
        self.faults: list[Fault] = []
        self.victims = victims
        self.random = world.settings.random("faults")
        self.months_schema = shapes()["product.tracks"].schema
        self._index: dict[tuple[str, str], dict[Any, int]] = {}

    def row_of(self, name: str, column: str, value: str) -> int:
        """The number of the first row with a value."""
        key = (name, column)
        if key not in self._index:
            found: dict[Any, int] = {}
            for number, each in enumerate(self.tables[name][column].to_pylist()):
                found.setdefault(each, number)
            self._index[key] = found
        return self._index[key][value]

    def row(self, name: str, number: int) -> dict[str, Any]:
        """One row as Python values."""
        return self.tables[name].slice(number, 1).to_pylist()[0]

    def edit(self, name: str, number: int, **values: Any) -> None:
        """Replace cells of a row; the order of rows stays."""
        table = self.tables[name]
        changed = {**self.row(name, number), **values}
        one = pa.Table.from_pylist([changed], schema=table.schema)
        self.tables[name] = pa.concat_tables([table.slice(0, number), one, table.slice(number + 1)])

    def add(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Append rows (Python values; columns left out are null)."""
        schema = shapes()[name].schema
        full = [{column: row.get(column) for column in schema.names} for row in rows]
        self.tables[name] = pa.concat_tables(
            [self.tables[name], pa.Table.from_pylist(full, schema=schema)]
        )

    def add_columns(self, name: str, columns: dict[str, Any]) -> None:
        """Append rows given in the generator's own column form."""
        self.tables[name] = pa.concat_tables([self.tables[name], as_table(shapes()[name], columns)])

    def replace(self, name: str, column: str, old: str, new: str, mine: np.ndarray) -> None:
        """Replace a text in a column, in some rows."""
        table = self.tables[name]
        values = table[column].to_pylist()
        for number in np.flatnonzero(mine).tolist():
            if values[number] == old:
                values[number] = new
        self.tables[name] = table.set_column(
            table.schema.get_field_index(column), column, pa.array(values, pa.string())
        )

    def note(
        self,
        rule: str,
        name: str,
        record_id: str,
        account_id: str,
        field_name: str,
        detail: str,
        file: str | None = None,
    ) -> None:
        """Write a fault down."""
        system, table = name.split(".")
        self.faults.append(
            Fault(rule, system, table, file or "", "", record_id, account_id, field_name, detail)
        )


def faults_csv(faults: list[Fault]) -> bytes:
    """FAULTS.csv: one line per planted fault."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["fault_id", *[field.name for field in fields(Fault)]])
    for number, fault in enumerate(faults, 1):
        writer.writerow([f"F{number:03d}", *astuple(fault)])
    return buffer.getvalue().encode()
