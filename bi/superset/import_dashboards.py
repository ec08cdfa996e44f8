"""Puts this folder's datasets, charts and dashboards into a Superset; run by Superset's own Python.

Importing again brings everything to what the files say, and makes nothing twice: the uuids in the
files say which is which. What else is in that Superset isn't touched.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parent
DATABASE = "databases/csops.yaml"


def duckdb_address(published: Path) -> str:
    """The SQLAlchemy address of the published file: read-only, cut off from the server's files."""
    file = published / "current.duckdb"
    if not file.is_file():
        raise SystemExit(f"{file} isn't there; run `csops run` first, or give --uri")
    # Neither the link nor the version behind it is resolved: the next publication moves the link.
    return f"duckdb:///{file.absolute()}?access_mode=read_only&enable_external_access=false"


def bundle(uri: str) -> dict[str, str]:
    """Each file of the folder by its place in Superset's export format, with the address put in."""
    files = {
        file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(FOLDER.rglob("*.yaml"))
    }
    database = yaml.safe_load(files[DATABASE]) | {"sqlalchemy_uri": uri}
    return files | {DATABASE: yaml.safe_dump(database)}


def put(contents: dict[str, str], username: str) -> None:
    """Hand the files to Superset's own import, in one transaction, in the name of a user."""
    from superset.app import create_app

    with create_app().app_context():
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.utils.core import override_user

        user = security_manager.find_user(username=username)
        if user is None:
            raise SystemExit(f"this Superset has no user {username}; give --user, or make one with "
                             "`superset fab create-admin`")  # fmt: skip
        with override_user(user):
            ImportAssetsCommand(contents).run()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: `python bi/superset/import_dashboards.py --published .csops/published`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--published", type=Path, help="folder `published` of a home")
    where.add_argument("--uri", help="SQLAlchemy address, such as postgresql+psycopg2://bi@db/name")
    parser.add_argument("--user", default="admin", help="Superset user who imports (admin)")
    given = parser.parse_args(arguments)
    contents = bundle(given.uri or duckdb_address(given.published))
    put(contents, given.user)
    kinds = Counter(path.split("/")[0] for path in contents if "/" in path)
    print("imported: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    sys.exit(main())
