"""What the drawings of these tests show."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pathways.compiled import CompiledPathway
from pathways.drawing import Course, describe
from pathways.drawing.description import Drawing
from pathways.language.compiling import compile_pathway
from tests.language.shelf import small_shelf

HERE = Path(__file__).parent
FILE = "every-verb.yaml"


@cache
def every_verb() -> CompiledPathway:
    """A pathway with a step of every verb."""
    text = (HERE / FILE).read_text(encoding="utf-8")
    compiled = compile_pathway(text, FILE, small_shelf())
    assert compiled.pathway is not None, compiled.issues
    return compiled.pathway


def drawn(stage: str = "", course: Course | None = None) -> Drawing:
    return describe(every_verb(), stage=stage, course=course, of="Journey j1")


def href(file: str, line: int) -> str:
    return f"{file}#L{line}"
