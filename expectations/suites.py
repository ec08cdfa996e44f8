"""Suites as people write them in YAML: read, checked word by word, and refused with a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from expectations.catalogue import Table, contract_tables, declared_tables, mart_tables
from expectations.rules import DIMENSIONS, EXPECTATION_TYPES, LAYERS, RULES, SEVERITIES

SUITES = Path(__file__).resolve().parent / "suites"
SUITE_KEYS = {"suite", "table", "owner", "description", "expectations"}
EXPECTATION_KEYS = {"name", "type", "kwargs", "where", "meta"}
META_KEYS = {"rule_id", "severity", "dimension", "description", "remedy"}
COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


class SuiteError(ValueError):
    """Suites that a person has to mend: one line per fault, each with file, place and remedy."""


@dataclass(frozen=True)
class Expectation:
    """One expectation: what must hold, on which rows, and what its failure means to whom.

    `where` maps a column to the value that a row must have to be judged (a list: one of these;
    None: no value); all must hold. `kwargs` are Great Expectations' own, but a `value_set` may
    be `{table: reference.x, column: y}`, and text may say `{as_of_date}` or `{day_after_as_of}`.
    """

    name: str
    type: str
    rule_id: str
    severity: str
    dimension: str
    description: str
    remedy: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the expectation reads, without those inside its SQL."""
        named = [self.kwargs[key] for key in COLUMN_ARGUMENTS if key in self.kwargs]
        return (*named, *self.kwargs.get("column_list", ()))


@dataclass(frozen=True)
class Suite:
    """The expectations on one table, with the team that answers for them."""

    name: str
    layer: str
    table: str
    owner: str
    description: str
    expectations: tuple[Expectation, ...]
    key: tuple[str, ...] = ()


def load_suites(
    layer: str,
    folder: Path = SUITES,
    tables: Mapping[str, Table] | None = None,
) -> tuple[Suite, ...]:
    """A layer's suites: one made from each contract table's or mart's twin, then those in YAML.

    Raises SuiteError that lists every fault of every file.
    """
    from expectations.structure import mart_suite, structural_suite

    if layer not in LAYERS:
        raise SuiteError(f"unknown layer {layer!r}; there are {', '.join(LAYERS)}")
    known = declared_tables() if tables is None else tables
    files = sorted((folder / layer).glob("*.yml"))
    faults = [] if files else [f"{layer}: no suite in {folder.name}/{layer}; the gate needs one"]
    if layer == "conformed":
        suites = [structural_suite(table) for table in contract_tables(known)]
    else:
        suites = [mart_suite(table) for table in mart_tables(known)]
    for path in files:
        content, unreadable = _content(path)
        found = unreadable or list(_suite_faults(path, content, layer, known))
        faults += [f"{layer}/{path.name}: {fault}" for fault in found]
        if not found:
            suites.append(_suite(content, layer, known))
    faults += _repeated([suite.name for suite in suites])
    if faults:
        raise SuiteError("\n".join(faults))
    return tuple(suites)


def _content(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return {}, [f"not readable as YAML: {error}"]
    if not isinstance(content, dict):
        return {}, ["the file holds no suite; start with `suite:`, `table:` and `owner:`"]
    return content, []


def _suite(content: Mapping[str, Any], layer: str, tables: Mapping[str, Table]) -> Suite:
    return Suite(
        name=content["suite"],
        layer=layer,
        table=content["table"],
        owner=content["owner"],
        description=content["description"],
        key=tables[content["table"]].primary_key,
        expectations=tuple(
            Expectation(
                name=entry["name"],
                type=entry["type"],
                kwargs=entry.get("kwargs") or {},
                where=entry.get("where") or {},
                **entry["meta"],
            )
            for entry in content["expectations"]
        ),
    )


def _suite_faults(
    path: Path, content: Mapping[str, Any], layer: str, tables: Mapping[str, Table]
) -> Iterator[str]:
    yield from _key_faults("suite", content, SUITE_KEYS)
    if content.get("suite") != path.stem:
        yield f"suite is named {content.get('suite')!r}; name it after its file: {path.stem}"
    table = tables.get(str(content.get("table")))
    if table is None:
        yield f"unknown table {content.get('table')!r}; no YAML twin in dbt_project declares it"
    entries = content.get("expectations")
    if not isinstance(entries, list) or not entries:
        yield "the suite expects nothing; list at least one entry under `expectations:`"
        return
    yield from _repeated([str(entry.get("name")) for entry in entries if isinstance(entry, dict)])
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            yield f"expectation {number} is no mapping; write name, type, kwargs and meta"
            continue
        where = f"expectation {number} ({entry.get('name', 'without a name')})"
        yield from (f"{where}: {fault}" for fault in _expectation_faults(entry, table))


def _expectation_faults(entry: Mapping[str, Any], table: Table | None) -> Iterator[str]:
    yield from _key_faults("expectation", entry, EXPECTATION_KEYS, {"kwargs", "where"})
    meta = entry.get("meta") if isinstance(entry.get("meta"), dict) else {}
    yield from _key_faults("meta", meta, META_KEYS)
    yield from _word_faults("severity", meta.get("severity"), SEVERITIES)
    yield from _word_faults("dimension", meta.get("dimension"), DIMENSIONS)
    yield from _word_faults("rule_id", meta.get("rule_id"), sorted(RULES))
    kwargs = entry.get("kwargs") or {}
    if not isinstance(kwargs, dict) or not isinstance(entry.get("where") or {}, dict):
        yield "kwargs and where are mappings of argument or column to value"
        return
    if entry.get("type") not in EXPECTATION_TYPES:
        yield from _word_faults("expectation type", entry.get("type"), EXPECTATION_TYPES)
        return
    required, optional = EXPECTATION_TYPES[entry["type"]]
    yield from _key_faults("kwargs", kwargs, required | optional, optional)
    yield from _column_faults(entry, kwargs, table)
    query = kwargs.get("unexpected_rows_query")
    if query is not None and "record_id" not in str(query):
        yield "unexpected_rows_query must select a record_id, so that a person can find the row"
    if query is not None and entry.get("where"):
        yield "unexpected_rows_query has its own where clause; leave out `where:`"


def _column_faults(
    entry: Mapping[str, Any], kwargs: Mapping[str, Any], table: Table | None
) -> Iterator[str]:
    if table is None or not table.columns:
        return
    named = [kwargs[key] for key in COLUMN_ARGUMENTS if key in kwargs]
    for column in [*named, *kwargs.get("column_list", ()), *(entry.get("where") or {})]:
        if column not in table.columns:
            yield f"unknown column {column!r}; {table.name} declares {', '.join(table.columns)}"


def _key_faults(
    what: str,
    given: Mapping[str, Any],
    known: set[str] | frozenset[str],
    optional: set[str] | frozenset[str] = frozenset(),
) -> Iterator[str]:
    for key in sorted(known - optional):
        if given.get(key) in (None, ""):
            yield f"{what} has no {key}"
    for key in sorted(map(str, given.keys() - known)):
        yield f"{what} has an unknown key {key!r}; there are {', '.join(sorted(known))}"


def _word_faults(what: str, given: Any, known: Any) -> Iterator[str]:
    if given is not None and given not in known:
        yield f"unknown {what} {given!r}; there are {', '.join(known)}"


def _repeated(names: list[str]) -> list[str]:
    return [f"{name!r} is used twice" for name in sorted({n for n in names if names.count(n) > 1})]
