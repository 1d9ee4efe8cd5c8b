"""Every failed proof, exactly as an author reads it, with the patient who shows it.

A file of ``golden/`` holds a title, a definition, the report that it gets, the counterexamples,
and the exit code of ``careway check``. Its name begins with the code of the finding.
``CAREWAY_BLESS=1`` writes the reports anew; read the difference before committing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from pathways.language.issues import has_errors
from pathways.language.report import render
from pathways.scenarios import write
from tests.proving.proving import FILE, differences, proofs
from worker import codes

GOLDEN = Path(__file__).parent / "golden"
_LAYOUT = re.compile(
    r"(?P<title>.*?)\n==== source\n(?P<source>.*?)==== issues\n(?P<report>.*?)"
    r"==== patients\n(?P<patients>.*?)==== exit (?P<exit>\d)\n",
    re.DOTALL,
)
FILES = sorted(GOLDEN.glob("*.golden"))
NAMES = [path.stem for path in FILES]


class Golden(NamedTuple):
    title: str
    source: str
    report: str
    patients: str
    exit: int


def _read(path: Path) -> Golden:
    found = _LAYOUT.fullmatch(path.read_text(encoding="utf-8"))
    assert found is not None, f"{path.name} is not laid out as a golden file"
    return Golden(
        found["title"], found["source"], found["report"], found["patients"], int(found["exit"])
    )


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_failed_proof_reads_exactly_so(path: Path) -> None:
    golden = _read(path)
    found = proofs(golden.source)
    report = render([proof.issue for proof in found], {FILE: golden.source})
    patients = "---\n".join(write(proof.patient) for proof in found if proof.patient is not None)
    code = int(has_errors(proof.issue for proof in found))
    if os.environ.get("CAREWAY_BLESS") == "1":
        blessed = (
            f"{golden.title}\n==== source\n{golden.source}==== issues\n{report}"
            f"==== patients\n{patients}==== exit {code}\n"
        )
        path.write_text(blessed, encoding="utf-8")
        return
    assert report == golden.report
    assert patients == golden.patients
    assert code == golden.exit
    assert any(path.stem.startswith(proof.issue.code) for proof in found)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_patient_of_a_failed_proof_fares_badly_on_the_kernel(path: Path) -> None:
    """Given the counterexample's file, when it is played, then what should hold does not."""
    golden = _read(path)
    for proof in proofs(golden.source):
        if proof.patient is None:
            continue
        assert differences(proof.patient, golden.source), write(proof.patient)


def test_every_proof_has_a_golden_report() -> None:
    """Of pathways taken alone; the others are in test_together and test_site."""
    shown = {code for path in FILES for code in codes.PROOFS if path.stem.startswith(code)}
    elsewhere = {
        *("contradictory-goals", "contradictory-orders", "data-conflict", "over-contact"),
        *("duplicate-instrument", "duplicate-order", "unfilled-role", "unoffered-service"),
    }
    assert set(codes.PROOFS) - shown == elsewhere


def test_failed_proofs_come_with_a_patient() -> None:
    """But for parts of conditions, and for what only a special course of events shows."""
    lonely = {
        path.stem
        for path in FILES
        for proof in proofs(_read(path).source)
        if proof.patient is None and path.stem.startswith(proof.issue.code)
    }
    assert lonely == {
        *(
            "missing-language",
            "missing-language-of-a-title",
            "never-no",
            "never-no-goals",
            "never-no-known",
            "never-yes-part",
        ),
        *("no-escalation-rule", "red-flag-late-shared", "decision-overlap-unique-alike"),
    }


MENDED = """
decision-gap          | hba1c < 7, set               | hba1c <= 7, set
decision-overlap      | {when: hba1c <= 8, set       | {when: hba1c < 7, set
decision-overlap-any  | hba1c > 9, set               | hba1c > 9 and age < 65, set
decision-overlap-unique | {when: hba1c > 8, set      | {when: hba1c > 8 and age < 65, set
endless-circle        | when: hba1c > 8, go: waiting | when: hba1c > 10, go: waiting
endless-circle-rule   | start: tiering               | again: 1 day~    start: tiering
endless-messages      | every: 1 week                | every: 1 week~        times: 4
endless-messages-rule | when: hba1c < 7~             | when: hba1c < 7~    again: 1 week~
endless-stage         | every: 1 week                | every: 1 week~        times: 4
infeasible-deadline   | deadline: 14 days            | deadline: 60 days
never-yes-goal        | hba1c < 7 and hba1c > 8      | hba1c < 8
never-yes-missed      | missed("look")               | done("look")
never-yes-plan        | exit: plan-approved          | exit: known(hba1c)
never-yes-rule        | hba1c > 30                   | hba1c > 20
never-yes-score       | >= 7                         | >= 6
no-discharge          | hba1c > 30                   | hba1c >= 3
no-escalation         | escalate: primary-care       | escalate: nurse-manager
no-reader             | notify: {to: c               | when: caregiver~        notify: {to: c
red-flag-late         | {after: 1 business day, esc  | {at: 100 %, esc
red-flag-silenced     | ~    again: 12 hours         |
red-flag-unanswered   | notify: {message: welcome}~    again: 1 day | task: {by: case-manager}
tight-deadline        | deadline: 30 days            | deadline: 45 days
unreachable-branch    | when: hba1c < 9              | when: hba1c > 9
unreachable-row       | {when: hba1c >= 8, set       | {when: hba1c >= 8 and hba1c <= 10, set
unreachable-step      | ~      - id: hello | ~        declined: {start: [other]}~      - id: hello
"""
"""What is wrong in a golden file, and what it should have been (~: a new line)."""
CHANGES = [
    tuple(part.strip().replace("~", "\n") for part in line.split("|"))
    for line in MENDED.strip().splitlines()
]


@pytest.mark.parametrize(("name", "wrong", "right"), CHANGES, ids=[one[0] for one in CHANGES])
def test_once_mended_the_proof_holds_and_the_patient_fares_well(
    name: str, wrong: str, right: str
) -> None:
    """Given the counterexample of a finding, when the definition is mended, then all that
    the scenario says happens."""
    golden = _read(GOLDEN / f"{name}.golden")
    assert golden.source.count(wrong) == 1
    mended = golden.source.replace(wrong, right)
    code = next(
        code for code in sorted({*codes.PROOFS, *codes.DEFINITIONS}) if name.startswith(code)
    )
    found = next(p for p in proofs(golden.source) if p.issue.code == code)
    assert code not in [proof.issue.code for proof in proofs(mended)]
    assert found.patient is not None
    assert differences(found.patient, mended) == ()
