"""The shipped definitions, compiled once for these tests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pathways.compiled import CompiledPathway, Instrument
from pathways.language.compiling import Compiled, compile_pathway
from pathways.language.definition import Shelf
from pathways.language.instruments import compile_instrument
from pathways.language.messages import read_messages
from worker.payers import payers_of
from worker.shared import medicines_of

ROOT = Path(__file__).parents[2] / "definitions"
NAMES = (
    "chronic-kidney-disease",
    "copd",
    "dementia-with-caregiver",
    "depression",
    "heart-failure",
    "high-risk-pregnancy",
    "knee-hip-replacement",
    "oncology-navigation",
    "stroke-rehabilitation",
    "transition-of-care",
    "type-2-diabetes",
)


def text_of(name: str) -> str:
    return (ROOT / "pathways" / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def shelf() -> Shelf:
    instruments: dict[str, Instrument] = {}
    for path in sorted((ROOT / "instruments").glob("*.yaml")):
        found, issues = compile_instrument(path.read_text(encoding="utf-8"), path.name)
        assert found is not None, issues
        instruments[found.id] = found
    messages, wrong = read_messages(
        (ROOT / "messages.yaml").read_text(encoding="utf-8"), "messages.yaml"
    )
    assert not wrong
    return Shelf(instruments, messages, medicines=medicines_of(ROOT), payers=payers_of(ROOT)[0])


@cache
def compiled(name: str) -> Compiled:
    return compile_pathway(text_of(name), f"definitions/pathways/{name}.yaml", shelf())


def pathway(name: str) -> CompiledPathway:
    found = compiled(name).pathway
    assert found is not None, compiled(name).issues
    return found


@cache
def directory() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "directory.yaml").read_text(encoding="utf-8"))
    return loaded


def cites_a_year(cite: str) -> bool:
    return re.search(r"\b(19|20)\d\d\b", cite) is not None
