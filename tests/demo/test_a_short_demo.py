"""``careway demo``, played for some weeks: it ends well, and the record is the kernel's own."""

from __future__ import annotations

import re

from activities.records import reading
from pathways.journey.effects import RecordBatch
from tests.demo.conftest import Demo
from tests.demo.playing import DAYS, DIED, DIES, LOW, THREE
from worker.demo.proof import prove
from worker.replaying import Replayed

WIDTH = 100


def test_it_exits_0_and_every_proof_holds(demo: Demo) -> None:
    assert demo.code == 0, demo.said
    _, _, proven = demo.said.partition("What was proven")
    assert proven.count("  holds  ") == 7
    assert "FAILS" not in demo.said


async def test_what_it_kept_proves_the_same_again(demo: Demo) -> None:
    """Given the folder of a kept demo, then its histories, mail and records bear every proof."""
    proofs = await prove(demo.evidence)
    assert [proof.claim for proof in proofs if not proof.holds] == []
    for proof in proofs:
        assert proof.tested in " ".join(demo.said.split())


def batches(results: list[Replayed]) -> list[RecordBatch]:
    return [batch for result in results for batch in result.batches]


def test_whole_journeys_ask_for_what_their_histories_hold(
    demo: Demo, replayed: list[list[Replayed]]
) -> None:
    """Given every run of three whole journeys, when the kernel decides them again, then each
    booking, timer, answer and state handed on is the one in the history (I7)."""
    assert len(replayed) == 3
    handed_on = [len(results) > 1 for results in replayed]
    assert sum(handed_on) >= 2, "journeys of more than one run"
    assert [one.differences for results in replayed for one in results] == [
        () for results in replayed for _run in results
    ]


def test_the_record_is_what_the_histories_decide(
    demo: Demo, replayed: list[list[Replayed]]
) -> None:
    """Timeline, tasks, appointments, enrollments and messages, field by field."""
    for one, results in zip(demo.evidence.courses, replayed, strict=True):
        decided = batches(results)
        assert [batch.revision for batch in decided] == list(range(1, len(decided) + 1))
        assert [entry for batch in decided for entry in batch.entries] == list(one.timeline)
        tasks = {row.task: row for batch in decided for row in batch.tasks}
        assert {item.task.task: item.task for item in one.tasks} == tasks
        booked = {row.appointment: row for batch in decided for row in batch.appointments}
        appointments = reading.appointments(demo.engine, one.journey)
        assert {row.appointment: row for row in appointments} == booked
        enrolled = {row.pathway: row for batch in decided for row in batch.enrollments}
        assert {
            row.pathway: row for row in reading.enrollments(demo.engine, one.journey)
        } == enrolled
        wanted = {
            m.key: (m.step, m.to, m.message, m.urgent) for batch in decided for m in batch.messages
        }
        assert {m.key: (m.step, m.to, m.message, m.urgent) for m in one.messages} == wanted


def test_what_was_retracted_was_taken_back_by_a_decision(
    demo: Demo, replayed: list[list[Replayed]]
) -> None:
    """A message on record as retracted was retracted by the kernel, and by nobody else."""
    for one, results in zip(demo.evidence.courses, replayed, strict=True):
        taken_back = {key for batch in batches(results) for key in batch.retract}
        retracted = {m.key for m in one.messages if m.status == "retracted"}
        assert retracted <= taken_back


def test_the_script_came_true(demo: Demo) -> None:
    """Three enrollments; a fall; a stay in hospital; a severe low; a hold; a death."""
    kinds, events = {}, {}
    for one in demo.evidence.courses:
        stem = stem_of(demo, one.journey)
        kinds[stem] = [entry.kind for entry in one.timeline]
        events[stem] = [e.params["event"] for e in one.timeline if e.kind == "reported"]
    assert events == {THREE: ["fall", "admitted", "discharged"], LOW: [], DIED: ["deceased"]}
    assert kinds[THREE].count("enrolled") == 3
    assert {"held", "resumed", "declined", "rule-fired"} <= set(kinds[LOW])
    assert kinds[DIED].count("died") == kinds[DIED].count("discharged") == 1
    assert "journey-closed" in kinds[DIED]
    assert "held" in kinds[THREE]


def stem_of(demo: Demo, journey: str) -> str:
    """What the files of a journey are called, by the pathways that it is on."""
    pathways = [row.pathway for row in reading.enrollments(demo.engine, journey)]
    if len(pathways) == 3:
        return THREE
    return LOW if pathways == ["type-2-diabetes"] else DIED


def test_nobody_is_written_to_after_the_death(demo: Demo) -> None:
    """Given a death reported on day 20, then the journey closed, and no message to the patient
    or the caregiver was asked for after it was verified (I5)."""
    one = next(c for c in demo.evidence.courses if stem_of(demo, c.journey) == DIED)
    closed = next(entry.at for entry in one.timeline if entry.kind == "journey-closed")
    reported = next(entry.at for entry in one.timeline if entry.kind == "reported")
    first = one.timeline[0].at
    assert DIES - 1 < (reported - first) / 86_400 < DIES + 1
    assert closed < first + DAYS * 86_400
    late = [m.key for m in one.messages if m.at > reported and m.to in ("patient", "caregiver")]
    assert late == []


def test_the_output_fits_its_terminal(demo: Demo) -> None:
    """Given 100 columns, then no line is longer, but for the folder's own path."""
    lines = demo.said.replace(str(demo.folder), "").splitlines()
    assert [line for line in lines if len(line.rstrip()) > WIDTH] == []


def test_the_output_is_for_people(demo: Demo) -> None:
    """No encoded header, no code where a name belongs, no traceback; each patient once."""
    assert "=?utf-8" not in demo.said
    assert "Traceback" not in demo.said
    assert not re.search(r"\{\w+\}", demo.said)
    for name in ("Three illnesses at once", "Diabetes, a severe low", "Pancreatic cancer, dies"):
        assert demo.said.count(f"\n{name}: ") == 1
    assert re.search(r"Subject: Your appointment on \w+, \w+ \d+, 20\d\d", demo.said)
    assert "Death confirmed." in demo.said
    assert "Declines: Yearly eye examination." in demo.said
    assert re.search(r"The worklist at its longest, .*: \d+ open tasks", demo.said)


def test_every_line_of_every_timeline_is_kept(demo: Demo) -> None:
    for one in demo.evidence.courses:
        text = (demo.folder / f"{stem_of(demo, one.journey)}.txt").read_text("utf-8")
        assert len(text.splitlines()) == len(one.timeline)
