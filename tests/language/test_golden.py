"""Every finding, exactly as an author reads it.

A file of ``golden/`` holds a title, a definition, the report that it gets, and the exit
code that ``careway check`` ends with. Its name begins with the code of the finding.
``CAREWAY_BLESS=1`` writes the reports anew; read the difference before committing it.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from pathways.language.compiling import compile_pathway
from pathways.language.report import render
from tests.language.shelf import shared_shelf

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
FILE = "sample.yaml"
_LAYOUT = re.compile(
    r"(?P<title>.*?)\n==== source\n(?P<source>.*?)==== issues\n"
    r"(?P<report>.*?)==== exit (?P<exit>\d)\n",
    re.DOTALL,
)
FILES = sorted(GOLDEN.glob("*.golden"))


class Golden(NamedTuple):
    title: str
    source: str
    report: str
    exit: int


def _read(path: Path) -> Golden:
    found = _LAYOUT.fullmatch(path.read_text(encoding="utf-8"))
    assert found is not None, f"{path.name} is not laid out as a golden file"
    return Golden(found["title"], found["source"], found["report"], int(found["exit"]))


def _checked(source: str) -> tuple[str, int, set[str]]:
    shelf = shared_shelf()
    compiled = compile_pathway(source, FILE, shelf)
    texts = {one.file: one.text for one in shelf.fragments.values()}
    report = render(compiled.issues, {FILE: source, **texts})
    return report, int(compiled.pathway is None), {issue.code for issue in compiled.issues}


def _codes_of_the_checks() -> set[str]:
    """The first argument of every ``Issue(...)`` and ``unknown(...)`` in the checks."""
    modules = sorted((ROOT / "pathways" / "language" / "checks").glob("*.py"))
    modules += [ROOT / "pathways" / "language" / f"{name}.py" for name in ("lowering", "shaping")]
    sharing = ROOT / "pathways" / "language" / "sharing"
    modules += [
        sharing / f"{name}.py" for name in ("assembling", "grouping", "parameters", "splicing")
    ]
    calls = [
        node
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in ("Issue", "unknown")
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_check_has_a_golden_report() -> None:
    shown = {code for path in FILES for code in _checked(_read(path).source)[2]}
    # What is too large makes no golden file: test_compiling and test_fragments show it.
    elsewhere = {"too-many-steps", "too-many-nodes", "scalar-too-long"}
    assert _codes_of_the_checks() - shown == elsewhere


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_finding_reads_exactly_so(path: Path) -> None:
    golden = _read(path)
    report, code, codes = _checked(golden.source)
    if os.environ.get("CAREWAY_BLESS") == "1":
        blessed = (
            f"{golden.title}\n==== source\n{golden.source}==== issues\n{report}==== exit {code}\n"
        )
        path.write_text(blessed, encoding="utf-8")
        return
    assert report == golden.report
    assert code == golden.exit
    assert any(path.stem.startswith(one) for one in codes)
