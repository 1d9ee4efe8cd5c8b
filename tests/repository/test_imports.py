"""Dependencies point one way, and what a workflow loads is light (decision 1)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

# Each would make the workflow sandbox slow, or let a library's update reach a replay.
TOO_HEAVY = {
    "aiosmtplib",
    "alembic",
    "babel",
    "cel_expr_python",
    "cyclopts",
    "fhir",
    "holidays",
    "httpx",
    "icalendar",
    "jinja2",
    "jsonschema",
    "psycopg",
    "requests",
    "rich",
    "sqlalchemy",
    "yaml",
}


def loaded_by(module: str, root) -> set[str]:
    """The top-level packages in memory after a fresh process imported ``module``."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_patient_journey_loads_no_yaml_sql_http_template_or_holiday_library(root):
    assert loaded_by("workflows.patient_journey", root) & TOO_HEAVY == set()


def test_the_kernel_loads_neither_temporal_nor_pydantic(root):
    """The kernel runs a million steps a minute in tests: it loads in a blink."""
    heavy = TOO_HEAVY | {"temporalio", "pydantic", "google", "structlog", "zoneinfo"}
    assert loaded_by("pathways.journey.decide", root) & heavy == set()


def test_the_import_contracts_of_pyproject_are_kept(root):
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pathways_reads_and_writes_no_file(tracked, root):
    """The import contracts keep out what does; of pathlib the pure paths are allowed in."""
    impure = [
        f"{file.relative_to(root)}:{node.lineno}"
        for file in tracked
        if file.suffix == ".py" and file.is_relative_to(root / "pathways")
        for node in ast.walk(ast.parse(file.read_text()))
        if (isinstance(node, ast.Name) and node.id == "open")
        or (isinstance(node, ast.Import) and "pathlib" in {alias.name for alias in node.names})
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "pathlib"
            and any(not alias.name.startswith("Pure") for alias in node.names)
        )
    ]
    assert impure == []
