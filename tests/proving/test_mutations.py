"""Whatever is done to a shipped definition, ``careway check`` has findings, never a traceback,
and is done in seconds.

``CAREWAY_MUTANTS`` sets how many in all (otherwise 60: each is proven whole, which takes a while).
"""

from __future__ import annotations

import copy
import os
import time
from functools import cache
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways.language.compiling import compile_pathway
from pathways.language.report import render
from pathways.language.scenarios import read_scenario
from pathways.proving import Subject, prove, prove_together, subject_of
from pathways.scenarios import write
from tests.definitions import shipped
from tests.language.shelf import DEFINITIONS
from tests.language.test_mutations import FRAGMENTS, mutated_lines
from tests.proving.proving import calendar
from worker.codes import DEFINITIONS as CODES
from worker.codes import PROOFS
from worker.library import Library
from worker.sarif import as_sarif

MUTANTS = int(os.environ.get("CAREWAY_MUTANTS", "60"))
LONGEST = 60.0
"""Seconds of one core for one mutant: far above what any needs, and no hang."""
SHELF = Library().shelf()
TEXTS = {
    name: (DEFINITIONS / "pathways" / f"{name}.yaml").read_text("utf-8") for name in shipped.NAMES
}
TREES: dict[str, Any] = {
    name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in TEXTS.items()
}
CONDITIONS = st.sampled_from(
    [
        "age < 18",
        "hba1c > 30",
        "known(hba1c) and missing(hba1c)",
        "not (age > 20)",
        'declined("welcome")',
        'missed("care-plan")',
        "age / 0 > 1",
        "age * age * age > 1e300",
        "-age > age",
        "goals-met",
        'previous(weight) < weight and change(weight, "1 year") > 900',
        "true",
        "1 < 2",
    ]
)
SPANS = st.sampled_from(["1 minute", "5 years", "same day", "2 business days", "90 days"])
PLAIN = FRAGMENTS | CONDITIONS | SPANS | st.sampled_from(["follow-up", "discharge", "patient"])


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], dict | list):
                waiting.append(one[key])
    return found


@st.composite
def mutated_trees(draw: st.DrawFn) -> tuple[str, str]:
    """A shipped pathway with a few nodes gone, moved, doubled or replaced."""
    name = draw(st.sampled_from(shipped.NAMES))
    tree = copy.deepcopy(TREES[name])
    for _ in range(draw(st.integers(1, 4))):
        spots = places(tree)
        holder, key = spots[draw(st.integers(0, len(spots) - 1))]
        match draw(st.sampled_from(["text", "text", "gone", "other", "twice", "swap"])):
            case "text":
                holder[key] = draw(PLAIN)
            case "gone":
                del holder[key]
            case "other":
                far, there = spots[draw(st.integers(0, len(spots) - 1))]
                holder[key] = copy.deepcopy(far[there])
            case "twice" if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case _ if isinstance(holder, list):
                holder.reverse()
            case _:
                holder[key] = [holder[key]]
    return name, yaml.dump(tree, sort_keys=False, allow_unicode=True)


@st.composite
def mutated_texts(draw: st.DrawFn) -> tuple[str, str]:
    """A shipped pathway with a few lines dropped, doubled, moved, indented or cut off."""
    name = draw(st.sampled_from(shipped.NAMES))
    return name, draw(mutated_lines(TEXTS[name].splitlines()))


def check(text: str) -> None:
    """All that ``careway check --together`` does with one file, beside a shipped pathway."""
    began = time.process_time()
    compiled = compile_pathway(text, "f.yaml", SHELF)
    proofs = prove(compiled, calendar())
    subject = subject_of(compiled, calendar())
    if subject is not None:
        other = beside()
        proofs += prove_together([other, subject])
    issues = [*compiled.issues, *(proof.issue for proof in proofs)]
    report = render(issues, {"f.yaml": text})
    meanings = {**CODES, **PROOFS}
    as_sarif(issues, meanings, "1")
    for issue in issues[:100]:
        assert issue.message in report
        assert issue.code in meanings
        assert min(issue.place.line, issue.place.column) >= 1
    for proof in proofs:
        if proof.patient is not None:
            read = read_scenario(write(proof.patient), "patient.yaml")
            assert read.scenario is not None, [issue.message for issue in read.issues]
    assert time.process_time() - began < LONGEST


@cache
def beside() -> Subject:
    """A shipped pathway that the patient is on as well."""
    subject = subject_of(compile_pathway(TEXTS["type-2-diabetes"], "g.yaml", SHELF), calendar())
    assert subject is not None
    return subject


_SETTINGS = settings(
    max_examples=max(MUTANTS // 2, 1),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@_SETTINGS
@given(mutated_trees())
def test_a_mutated_tree_has_findings_and_no_traceback(mutant: tuple[str, str]) -> None:
    check(mutant[1])


@_SETTINGS
@given(mutated_texts())
def test_a_mutated_text_has_findings_and_no_traceback(mutant: tuple[str, str]) -> None:
    check(mutant[1])
