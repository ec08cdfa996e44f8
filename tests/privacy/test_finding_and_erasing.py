"""One person over several systems is found whole, nobody else is touched, and counts stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.privacy.classification import CLASSES, PersonalColumn, personal_columns
from orchestration.privacy.erasing import erase_in_database, mentions, pseudonym, without
from orchestration.privacy.landing_guard import forget_again
from orchestration.privacy.person import EmployeeError, Person, UnknownPersonError, find_person
from orchestration.privacy.register import Erasure, Register, write_register
from orchestration.privacy.rewriting import rewrite
from orchestration.settings import PROJECT

SALT = "salt of the tests"
ANA = "0035g00000AnaAnaAA"
COLUMNS = [
    PersonalColumn(*place.split("."), privacy)
    for place, privacy in {
        "raw_salesforce.contact.id": "person_id",
        "raw_salesforce.contact.name": "person_name",
        "raw_salesforce.contact.email": "person_email",
        "raw_zendesk.user.id": "person_id",
        "raw_zendesk.user.name": "person_name",
        "raw_zendesk.user.email": "person_email",
        "raw_zendesk.ticket.requester_id": "person_id",
        "raw_zendesk.ticket.subject": "person_text",
        "raw_product.users.id": "person_id",
        "raw_product.users.email": "person_email",
        "raw_hr.employees.email": "employee_email",
        "conformed.product_users.user_id": "person_id",
        "conformed.product_users.email": "person_email",
        "conformed.support_tickets.requester_id": "person_id",
    }.items()
]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Ana Lima is a contact and requester 12; user 12 of the product is Ben, another person."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("""
            create schema raw_salesforce; create schema raw_zendesk; create schema raw_product;
            create schema raw_hr; create schema conformed; create schema intermediate;
            create schema marts; create schema landing;
            create table landing._loads as select 'l1' as load_id;
            create table raw_salesforce.contact as from (values
                ('0035g00000AnaAnaAA', 'Ana Lima', 'Ana.Lima@acme.example', 'l1'),
                ('0035g00000BenBenAA', 'Ana Limar', 'mariana.lima@acme.example', 'l1'))
                as t(id, name, email, _load_id);
            create table raw_salesforce.contact__rejected as from (values
                ('c.csv', 'x,ana.lima@acme.example,oops', 'l1'), ('c.csv', 'y,z', 'l1'))
                as t(source_file, raw_text, _load_id);
            create table raw_zendesk.user as from (values
                ('12', 'ANA LIMA', 'ana.lima@acme.example', 'l1'),
                ('13', 'Ben Oz', 'ben@acme.example', 'l1')) as t(id, name, email, _load_id);
            create table raw_zendesk.ticket as from (values
                ('t1', '12', 'Help me', 'l1'), ('t2', '13', 'Call with Ana Lima failed', 'l1'))
                as t(id, requester_id, subject, _load_id);
            create table raw_product.users as from (values
                ('12', 'ben@acme.example', 'l1')) as t(id, email, _load_id);
            create table raw_hr.employees as select 'csm@vendor.example' as email, 'l1' as _load_id;
            create table conformed.product_users as from (values
                ('12', 'ben@acme.example', 'product')) as t(user_id, email, _source_system);
            create table conformed.support_tickets as from (values
                ('t1', '12', 'zendesk'), ('t2', '13', 'zendesk'))
                as t(ticket_id, requester_id, _source_system);
            create table intermediate.int_user_days as select '12' as user_id, 5 as events;
            create table intermediate.int_requests as from (values ('12', 1), ('13', 1))
                as t(requester_id, requests);
            create table marts.fct_notes as from (values
                ('0035g00000AnaAnaAA'), ('Ana Lima <ana.lima@acme.example> left'), ('Banana Lima'))
                as t(note);
        """)
        yield connection


def column(connection: duckdb.DuckDBPyConnection, place: str) -> list[str | None]:
    table, name = place.rsplit(".", 1)
    return [value for (value,) in connection.execute(f"select {name} from {table}").fetchall()]


def test_one_address_in_two_systems_is_one_person(warehouse: duckdb.DuckDBPyConnection) -> None:
    person = find_person(warehouse, COLUMNS, "ANA.LIMA@acme.example")
    assert person.keys == {("salesforce", ANA), ("zendesk", "12")}
    assert person.emails == {"ana.lima@acme.example"}
    assert person.names == {"Ana Lima", "ANA LIMA"}
    assert find_person(warehouse, COLUMNS, ANA) == person


def test_a_short_key_of_another_system_is_another_person(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    person = find_person(warehouse, COLUMNS, ANA)
    erase_in_database(warehouse, COLUMNS, person, SALT)
    assert column(warehouse, "raw_product.users.id") == ["12"]
    assert column(warehouse, "conformed.product_users.user_id") == ["12"]
    assert column(warehouse, "intermediate.int_user_days.user_id") == ["12"]


def test_own_records_are_blanked_mentions_withheld_and_nobody_else_is_touched(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    person = find_person(warehouse, COLUMNS, ANA)
    assert erase_in_database(warehouse, COLUMNS, person, SALT)
    long, short = pseudonym(SALT, ANA), pseudonym(SALT, "12")
    assert column(warehouse, "raw_salesforce.contact.id") == [long, "0035g00000BenBenAA"]
    assert column(warehouse, "raw_salesforce.contact.name") == [None, "Ana Limar"]
    assert column(warehouse, "raw_salesforce.contact.email") == [None, "mariana.lima@acme.example"]
    assert column(warehouse, "raw_zendesk.ticket.requester_id") == [short, "13"]
    assert column(warehouse, "raw_zendesk.ticket.subject") == [None, "Call with (erased) failed"]
    assert column(warehouse, "conformed.support_tickets.requester_id") == [short, "13"]
    assert column(warehouse, "intermediate.int_requests.requester_id") == [short, "13"]
    assert column(warehouse, "raw_salesforce.contact__rejected.raw_text") == [
        "x,(erased),oops",
        "y,z",
    ]
    assert column(warehouse, "marts.fct_notes.note") == [
        long, "(erased) <(erased)> left", "Banana Lima",
    ]  # fmt: skip
    assert mentions(warehouse, COLUMNS, person) == {}


def test_colleagues_and_strangers_are_refused(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(EmployeeError, match=r"raw_hr\.employees"):
        find_person(warehouse, COLUMNS, "csm@vendor.example")
    with pytest.raises(UnknownPersonError, match=r"nobody@acme\.example"):
        find_person(warehouse, COLUMNS, "nobody@acme.example")


def test_hostile_names_and_keys_are_only_text(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        r"insert into raw_salesforce.contact values "
        r"('003''; drop table x; --', 'O''Neil (R.*) \1', 'o''neil+a@acme.example', 'l1')"
    )
    warehouse.execute(r"insert into marts.fct_notes values ('met O''Neil (R.*) \1, fine')")
    person = find_person(warehouse, COLUMNS, "o'neil+a@acme.example")
    erase_in_database(warehouse, COLUMNS, person, SALT)
    assert column(warehouse, "marts.fct_notes.note")[-1] == "met (erased), fine"
    assert column(warehouse, "raw_salesforce.contact.email")[-1] is None
    assert mentions(warehouse, COLUMNS, person) == {}


def test_no_byte_of_the_old_file_is_left_in_the_rewritten_one(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    warehouse.execute("comment on table marts.fct_notes is 'Notes of accounts'")
    warehouse.execute("create view marts.v as select * from warehouse.marts.fct_notes")
    person = find_person(warehouse, COLUMNS, ANA)
    warehouse.execute("checkpoint")
    erase_in_database(warehouse, COLUMNS, person, SALT)
    warehouse.close()
    rewrite(tmp_path / "warehouse.duckdb", tmp_path / "new.duckdb")
    assert b"ana.lima@acme" in (tmp_path / "warehouse.duckdb").read_bytes().lower()
    assert b"mariana.lima@acme" in (tmp_path / "new.duckdb").read_bytes().lower()
    content = (tmp_path / "new.duckdb").read_bytes().lower().replace(b"mariana.lima@acme", b"")
    assert b"ana.lima@acme" not in content
    with duckdb.connect(str(tmp_path / "new.duckdb"), read_only=True) as connection:
        comment = connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_notes'"
        ).fetchone()
    assert comment == ("Notes of accounts",)


def test_whoever_was_erased_is_forgotten_when_a_source_sends_them_again(
    tmp_path: Path,
) -> None:
    """Rows of raw tables as salesforce gives them; only hashes are known by then."""
    register = Register(SALT)
    hashes = (register.hashed(ANA), register.hashed("ana.lima@acme.example"))
    register.erasures.append(Erasure("e1", "2026-06-30T00:00:00Z", "DPO", "asked", hashes))
    write_register(tmp_path, register)
    with duckdb.connect() as connection:
        connection.execute("""
            create schema landing; create schema raw_salesforce;
            create table landing._loads as select 'l2' as load_id;
            create table raw_salesforce.contact as from (values
                ('0035g00000AnaAnaAA', 'Ana Lima', 'ANA.LIMA@acme.example', 'CFO', 'l2'),
                ('0035g00000BenBenAA', 'Ben Oz', 'ben@acme.example', 'CEO', 'l2'))
                as t(id, name, email, title, _load_id);
            create table raw_salesforce.task as from (values
                ('t1', '0035g00000AnaAnaAA', 'Lunch with Ana', 'l2'),
                ('t2', '0035g00000BenBenAA', 'Renewal', 'l2')) as t(id, who_id, subject, _load_id);
            create table raw_salesforce.contact__rejected as from (values
                ('0035g00000AnaAnaAA,too,few', 'l2'), ('a,Ana.Lima@acme.example', 'l2'),
                ('0035g00000BenBenAA,x', 'l2')) as t(raw_text, _load_id);
        """)
        assert forget_again(connection, PROJECT, tmp_path) == 4
        assert forget_again(connection, PROJECT, tmp_path) == 0
        assert column(connection, "raw_salesforce.contact.name") == [None, "Ben Oz"]
        assert column(connection, "raw_salesforce.contact.id")[0] == pseudonym(SALT, ANA)
        assert column(connection, "raw_salesforce.task.subject") == [None, "Renewal"]
        assert column(connection, "raw_salesforce.task.who_id")[0] == pseudonym(SALT, ANA)
        assert column(connection, "raw_salesforce.contact__rejected.raw_text") == [
            "(erased)", "(erased)", "0035g00000BenBenAA,x",
        ]  # fmt: skip


def test_a_text_file_loses_the_person_and_keeps_its_neighbours() -> None:
    person = Person(keys={("salesforce", ANA)}, emails={"a@b.example"}, names={"Ana Lima"})
    text = f"{ANA};A@B.example;aa@b.example;Ana Lima;Ana Limar"
    assert without(text, person, SALT) == (
        f"{pseudonym(SALT, ANA)};(erased);aa@b.example;(erased);Ana Limar"
    )


def test_every_column_that_looks_personal_is_classified_in_the_contract() -> None:
    """Names that speak of persons; a new column of that kind needs a class."""
    import yaml

    classified = {(one.table, one.column) for one in personal_columns(PROJECT)}
    assert {one.privacy for one in personal_columns(PROJECT)} <= CLASSES
    names = {"email", "full_name", "contact_id", "requester_id", "comment", "subject", "phone"}
    missing = []
    for file in (PROJECT / "dbt_project" / "models" / "conformed").glob("[a-z]*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            for found in model.get("columns", []):
                if found["name"] in names and (model["name"], found["name"]) not in classified:
                    missing.append((model["name"], found["name"]))
    assert missing == []
