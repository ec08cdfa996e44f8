"""A real PostgreSQL server of this session's own, on a socket in a folder that goes away."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import free_port


def binaries() -> Path | None:
    """The newest PostgreSQL's programs: those on the PATH, else where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The conninfo of its superuser; PostgreSQL won't run as root, so somebody else runs it."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL isn't installed here (Debian: apt install postgresql)")
    somebody = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        somebody = "postgres" if "postgres" in names else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="csops_pg_"))
    try:
        if somebody:
            shutil.chown(folder, somebody)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(programs / program), *arguments],
                check=True, capture_output=True, user=somebody, cwd=folder,
            )  # fmt: skip

        data = folder / "data"
        run("initdb", "-D", str(data), "-U", "csops", "-A", "trust", "-E", "UTF8", "--no-locale")
        # Who comes over the network needs a password; only JDBC can't come by the socket.
        rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(rules, encoding="utf-8")
        port = free_port()
        settings = (
            f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c timezone=UTC"
        )
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield f"host={folder} port={port} user=csops dbname=postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
