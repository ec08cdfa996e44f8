"""Lines that no reader can take for a row, put between the good lines of CSV files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seeds.generator.identifiers import numbered, salesforce, scrambled
from seeds.generator.planting import Fault

_FREE = 910_000_000


@dataclass(frozen=True)
class Malformed:
    """One kind of broken line: where it goes, how its id looks, what is broken."""

    name: str
    new_id: Callable[[int, int], str]
    field_name: str
    detail: str
    broken: Callable[[list[bytes]], bytes]


def _salesforce(prefix: str) -> Callable[[int, int], str]:
    return lambda number, seed: salesforce(prefix, np.array([_FREE + number]), seed)[0].as_py()


def _scrambled(prefix: str, width: int = 10) -> Callable[[int, int], str]:
    return lambda number, seed: scrambled(prefix, np.array([_FREE + number]), width, seed)[
        0
    ].as_py()


def _event(number: int, _: int) -> str:
    return numbered("evt_", np.array([_FREE + number]), 9)[0].as_py()


def _zendesk(number: int, _: int) -> str:
    return str(990_000_000 + number)


def _with(position: int, value: bytes) -> Callable[[list[bytes]], bytes]:
    return lambda fields: b",".join([*fields[:position], value, *fields[position + 1 :]])


KINDS = (
    Malformed(
        "salesforce.task",
        _salesforce("00T"),
        "",
        "one column too many",
        lambda fields: b",".join([*fields, b"surplus"]),
    ),
    Malformed(
        "salesforce.contact",
        _salesforce("003"),
        "",
        "the last column is missing",
        lambda fields: b",".join(fields[:-1]),
    ),
    Malformed(
        "salesforce.task",
        _salesforce("00T"),
        "subject",
        "a quote that is never closed",
        _with(5, b'"Call back about the'),
    ),
    Malformed(
        "stripe.invoice",
        _scrambled("in_", 12),
        "total",
        "letters in a number",
        _with(9, b"twelve hundred"),
    ),
    Malformed(
        "salesforce.event",
        _salesforce("00U"),
        "start_date_time",
        "30 February",
        _with(7, b"2025-02-30 10:00:00"),
    ),
    Malformed(
        "gainsight.timeline_activity",
        _scrambled("1I00"),
        "subject",
        "not UTF-8",
        _with(5, b"Caf\xe9 meeting"),
    ),
    Malformed("zendesk.ticket", _zendesk, "subject", "a NUL byte", _with(5, b"Cannot\x00log in")),
    Malformed(
        "gainsight.cta",
        _scrambled("1S00"),
        "is_closed",
        "neither true nor false",
        _with(16, b"perhaps"),
    ),
    Malformed(
        "zendesk.satisfaction_rating",
        _zendesk,
        "created_at",
        "month 13",
        _with(6, b"2025-13-01 08:00:00"),
    ),
    Malformed(
        "product.tracks", _event, "duration_seconds", "letters in a number", _with(7, b"fast")
    ),
    Malformed(
        "product.tracks",
        _event,
        "",
        "one column too many",
        lambda fields: b",".join([*fields, b"1"]),
    ),
    Malformed(
        "product.tracks",
        _event,
        "",
        "the last two columns are missing",
        lambda fields: b",".join(fields[:-2]),
    ),
)


def insert_malformed(
    name: str, data: bytes, seed: int, random: np.random.Generator
) -> tuple[bytes, list[Fault]]:
    """A CSV file with its broken lines put in, and a note of each with its line number.

    The file must hold no line breaks inside quotes."""
    kinds = [(number, kind) for number, kind in enumerate(KINDS) if kind.name == name]
    if not kinds:
        return data, []
    lines = data.split(b"\n")[:-1]
    width = lines[0].count(b",") + 1
    plain = [
        n
        for n, line in enumerate(lines)
        if n and line.count(b",") + 1 == width and b'"' not in line
    ]
    places = sorted(
        int(place) for place in random.choice(np.arange(2, len(lines)), len(kinds), replace=False)
    )
    faults, inserted = [], []
    for (number, kind), place in zip(kinds, places, strict=True):
        template = lines[plain[int(random.integers(0, len(plain)))]].split(b",")
        record_id = kind.new_id(number, seed)
        broken = kind.broken([record_id.encode(), *template[1:]])
        line_number = place + len(inserted) + 1
        inserted.append((place, broken))
        system, table = name.split(".")
        faults.append(
            Fault(
                "malformed_line",
                system,
                table,
                "",
                str(line_number),
                record_id,
                "",
                kind.field_name,
                kind.detail,
                "rejected",
            )
        )
    for place, broken in reversed(inserted):
        lines.insert(place, broken)
    return b"\n".join(lines) + b"\n", faults
