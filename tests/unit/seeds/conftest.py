"""A clean company made once, the committed sample, and a reader that shares no code with either."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
Row = dict[str, str]
Reader = Callable[[Path, str], list[Row]]


def file_of(folder: Path, name: str) -> list[Path]:
    """The files of `system.table`."""
    system, table = name.split(".")
    pattern = "tracks_*" if table == "tracks" else table
    return sorted(
        [*(folder / system).glob(f"{pattern}.csv"), *(folder / system).glob(f"{pattern}.csv.gz")]
    )


def content(path: Path) -> bytes:
    """A file's bytes, unpacked."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.fixture(scope="session")
def declared() -> dict[str, dict]:
    """Every raw table that the dbt source files declare, by `system.table`."""
    found = {}
    for path in sorted((PROJECT / "dbt_project/models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            if source["name"] != "mapped":
                for table in source["tables"]:
                    found[f"{source['name']}.{table['name']}"] = table
    return found


@pytest.fixture(scope="session")
def sample() -> Path:
    """The committed sample."""
    return PROJECT / "seeds" / "raw"


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company without a fault."""
    from seeds.generator.build import write_company
    from seeds.generator.settings import CompanySettings

    folder = tmp_path_factory.mktemp("clean")
    write_company(CompanySettings(), folder, "csv", clean=True)
    return folder


@pytest.fixture(scope="session")
def read() -> Reader:
    """Rows of `system.table` as text, read with the standard library alone."""
    kept: dict[tuple[Path, str], list[Row]] = {}

    def reader(folder: Path, name: str) -> list[Row]:
        if (folder, name) not in kept:
            rows: list[Row] = []
            for path in file_of(folder, name):
                text = content(path).decode()
                rows += csv.DictReader(io.StringIO(text, newline=""))
            kept[folder, name] = rows
        return kept[folder, name]

    return reader


@pytest.fixture(scope="session")
def world():
    """The sample company before any table is made of it, hidden state included."""
    from seeds.generator.build import make_world
    from seeds.generator.settings import CompanySettings

    return make_world(CompanySettings(end=date(2026, 6, 30)))
