"""A real Superset takes the files, twice, and its own API answers with the marts' numbers.

Slow, and skipped where there is no Superset: install bi/superset/requirements.txt into an
environment of its own, then CSOPS_SUPERSET=<its bin folder> python -m pytest -m slow -k superset.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.support.superset_files import charts_of, files, metrics_of, source

QUESTIONS = [("retention", "nrr", True), ("retention", "grr", True), ("arr_movements", "arr", True),
             ("nps", "nps", True), ("account_health", "healthy_arr_share", True),
             ("renewals", "renewals_due_90d", False), ("renewals", "arr_at_risk", False),
             ("accounts", "active_accounts", False),
             ("playbook_tasks", "overdue_tasks", False)]  # fmt: skip


def binaries() -> Path:
    """The folder of Superset's programs: $CSOPS_SUPERSET, else that of `superset` on the PATH."""
    named = os.environ.get("CSOPS_SUPERSET")
    found = shutil.which("superset", path=named)
    if found is None:
        pytest.skip("no Superset here; see bi/superset/README.md and set CSOPS_SUPERSET")
    return Path(found).parent


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_superset_takes_the_files_twice_and_answers_as_the_marts_do(
    sample_home: Path, tmp_path: Path
) -> None:
    programs = binaries()
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": str(PROJECT / "bi" / "superset" / "superset_config.py"),
        "SUPERSET_SECRET_KEY": "of-this-test-and-of-nothing-else-0123456789",
        "SUPERSET_DATABASE": f"sqlite:///{tmp_path / 'superset.db'}",
        "SUPERSET_HOME": str(tmp_path), "FLASK_APP": "superset", "SCARF_ANALYTICS": "false",
    }  # fmt: skip

    def run(program: str, *arguments: str, say: str = "") -> str:
        done = subprocess.run(
            [str(programs / program), *arguments],
            env=environment, cwd=tmp_path, input=say, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    run("superset", "db", "upgrade")
    run("superset", "fab", "create-admin", "--username", "admin", "--password", "admin",
        "--firstname", "A", "--lastname", "B", "--email", "admin@example.com")  # fmt: skip
    run("superset", "init")
    script = str(PROJECT / "bi" / "superset" / "import_dashboards.py")
    for _ in range(2):
        said = run("python", script, "--published", str(sample_home / "published"))
        assert f"{len(files('charts'))} charts, 2 dashboards" in said

    marts = duckdb.connect(
        str((sample_home / "published/current.duckdb").resolve()), read_only=True
    )
    [month] = marts.execute(
        f"select max(month) from {source(files('datasets')['retention'])}"
    ).fetchone()
    asked, expected = [], []
    for name, metric, is_monthly in QUESTIONS:
        dataset = files("datasets")[name]
        where = f"month = '{month}'" if is_monthly else "true"
        query = f"select {metrics_of(dataset)[metric]['expression']} from {source(dataset)}"
        expected.append(float(marts.execute(f"{query} where {where}").fetchone()[0]))
        asked.append((name, metric, month if is_monthly else None))
    answers = PROJECT / "tests" / "support" / "superset_answers.py"
    said = run("python", str(answers), say=json.dumps(asked))
    found = json.loads(said.split("ANSWER ", 1)[1])
    assert found["counts"] == {
        kind: len(files(kind)) for kind in ("databases", "datasets", "charts", "dashboards")
    }
    assert found["shown"] == {
        board["slug"]: len(charts_of(board)) for board in files("dashboards").values()
    }
    assert [float(answer) for answer in found["answers"]] == pytest.approx(expected)
