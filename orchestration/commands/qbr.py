"""`csops qbr`: one page of facts about an account, for its business review."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import FAILED, Home, plain_errors, settings_from, stop


class PackFormat(StrEnum):
    """What is written."""

    html = "html"
    pdf = "pdf"
    both = "both"


def qbr(
    account: Annotated[
        str, typer.Argument(help="Name or id of the account; part of a name will do.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to; this one by default.")
    ] = None,
    kind: Annotated[
        PackFormat, typer.Option("--format", help="What to write: html, pdf or both.")
    ] = PackFormat.both,
    for_customer: Annotated[
        bool, typer.Option("--for-customer", help="Leave out health and open risks.")
    ] = False,
    home: Home = None,
) -> None:
    """Write one page of facts about an account for its business review, as HTML and PDF.

    Every figure is that of the published marts: value, adoption beside its peers, support, goals,
    risks, the renewal and the next steps. What isn't known is said to be so.
    """
    with plain_errors():
        import duckdb

        from dashboards.qbr.accounts import AccountNotFoundError, find_account
        from dashboards.qbr.facts import account_facts
        from dashboards.qbr.page import account_page
        from dashboards.qbr.render import html, pdf
        from orchestration.publication.versions import current_version, read_manifest

        published = settings_from(home).published
        version = current_version(published)
        if version is None:
            stop(f"nothing is published in {published} yet; run `csops run` first", FAILED)
        day = read_manifest(published, version).as_of_date
        file = published / "versions" / version / "warehouse.duckdb"
        with duckdb.connect(
            str(file),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        ) as connection:
            try:
                found = find_account(connection, account)
                facts = account_facts(connection, found.account_id, day)
            except AccountNotFoundError as error:
                stop(str(error), FAILED)
            except duckdb.CatalogException:
                stop("the published version is older than this command; run `csops run`", FAILED)
        page = account_page(facts, version, for_customer)
        folder = out or Path()
        folder.mkdir(parents=True, exist_ok=True)
        name = f"qbr-{_file_name(found.name, found.account_id)}-{day.isoformat()}"
        if kind in (PackFormat.html, PackFormat.both):
            (folder / f"{name}.html").write_text(html(page), encoding="utf-8")
            typer.echo(str(folder / f"{name}.html"))
        if kind in (PackFormat.pdf, PackFormat.both):
            (folder / f"{name}.pdf").write_bytes(pdf(page))
            typer.echo(str(folder / f"{name}.pdf"))


def _file_name(name: str, account_id: str) -> str:
    """Letters and digits of the name, else of the id: a name can't lead out of the folder."""
    short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return short or re.sub(r"[^A-Za-z0-9]+", "-", account_id).strip("-") or "account"
