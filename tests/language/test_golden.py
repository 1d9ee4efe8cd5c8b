"""Every finding, exactly as an author reads it.

A file of ``golden/`` holds a title, a definition, the report that it gets, and the exit
code that ``careway check`` ends with. Its name begins with the code of the finding.
``CAREWAY_BLESS=1`` writes the reports anew; read the difference before committing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from pathways.language.compiling import compile_pathway
from pathways.language.report import render
from tests.language.shelf import small_shelf

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
    compiled = compile_pathway(source, FILE, small_shelf())
    report = render(compiled.issues, {FILE: source})
    return report, int(compiled.pathway is None), {issue.code for issue in compiled.issues}


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
