"""An erasure that was killed halfway is finished by the same command."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.privacy import erasure, published_versions
from orchestration.privacy.erasure import erase, known_person, remaining
from orchestration.privacy.person import UnknownPersonError
from orchestration.privacy.register import read_register
from orchestration.publication import build_state
from orchestration.publication.publish import publish
from orchestration.publication.versions import current_version, versions
from orchestration.settings import Settings
from tests.orchestration.conftest import DAY

ADDRESS = "ana.lima@acme.example"


class Killed(BaseException):
    """What stands for a kill: nothing handles it."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose private build knows Ana, and whose two published versions tell of her."""
    settings = Settings.from_environment(home=tmp_path / "home")
    settings.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema conformed")
        connection.execute(
            "create table conformed.crm_contacts as from (values "
            f"('salesforce', '0035g00000AnaAnaAA', '{ADDRESS}', 'Ana Lima'), "
            "('salesforce', '0035g00000BenBenAA', 'ben@acme.example', 'Ben Oz')) "
            "as t(_source_system, contact_id, email, full_name)"
        )
        connection.execute(
            "create view conformed.contacts as from warehouse.conformed.crm_contacts"
        )
        connection.execute("create schema marts")
        for number in (1, 2):
            build_state.start_build(connection, DAY)
            build_state.record_conformed(connection, DAY)
            build_state.record_gate(connection, DAY, passed=True)
            build_state.void_marts(connection, DAY)
            connection.execute(
                f"create or replace table marts.fct_notes as select 'Met {ADDRESS}' as note, "
                f"{number} as number"
            )
            build_state.record_built(connection, DAY)
            build_state.record_audit(connection, DAY, passed=True)
            connection.close()
            publish(settings.warehouse, settings.published)
            connection = duckdb.connect(str(settings.warehouse))
        connection.close()
    return settings


def forget(settings: Settings) -> None:
    person, _ = known_person(settings, ADDRESS)
    erase(settings, person, "Data Protection", "request 12")


def killed_at(monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: int) -> None:
    """Let the function work `after` times and be killed at the next call."""
    function, calls = getattr(module, name), []

    def until_killed(*arguments: object) -> object:
        calls.append(name)
        if len(calls) > after:
            raise Killed
        return function(*arguments)

    monkeypatch.setattr(module, name, until_killed)


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [
        (published_versions, "_rewritten", 1),
        (published_versions, "point_to", 0),
        (published_versions, "remove_version", 0),
        (published_versions, "remove_version", 1),
        (erasure, "erase_in_files", 0),
        (erasure, "erase_in_database", 0),
        (erasure, "rewrite", 0),
        (erasure, "remaining", 0),
    ],
)
def test_wherever_it_was_killed_the_same_command_finishes_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: int
) -> None:
    person, _ = known_person(settings, ADDRESS)
    assert len(versions(settings.published)) == 2
    with monkeypatch.context() as killing:
        killed_at(killing, module, name, after)
        with pytest.raises(Killed):
            forget(settings)
    salt = read_register(settings.home).salt
    if module is published_versions or name == "erase_in_files":
        # Whom the register names a run in between would forget where they are found by.
        assert read_register(settings.home).hashes == []
    if name != "remaining":  # where all was done but the last look
        assert remaining(settings, person)
        forget(settings)
    assert remaining(settings, person) == {}
    assert read_register(settings.home).salt == salt
    assert len(read_register(settings.home).hashes) == 2  # key and address
    with pytest.raises(UnknownPersonError):
        known_person(settings, ADDRESS)
    assert len(versions(settings.published)) == 2
    assert current_version(settings.published) == versions(settings.published)[-1]
    for file in settings.home.rglob("*.duckdb"):
        assert ADDRESS.encode() not in file.read_bytes(), file
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        known = connection.execute("select email from conformed.contacts order by 1").fetchall()
    assert known == [("ben@acme.example",), (None,)]
    assert [one.name for one in settings.warehouse.parent.iterdir()] == ["warehouse.duckdb"]


def test_the_private_build_is_as_it_was_until_its_copy_is_clean(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = settings.home.parent / "before.duckdb"
    shutil.copyfile(settings.warehouse, aside)
    killed_at(monkeypatch, erasure, "rewrite", 0)
    with pytest.raises(Killed):
        forget(settings)
    assert settings.warehouse.read_bytes() == aside.read_bytes()
