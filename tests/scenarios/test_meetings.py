"""What a pathway does not decide alone (orders, alarms, payers, the hospital) has coverage points
and mutants too: a wrong edit of it would change care."""

from __future__ import annotations

from functools import cache

import pytest
from msgspec.structs import replace

from pathways.compiled import CompiledPathway
from pathways.mutants import Mutant, Played, hunt, mutants
from pathways.scenarios.coverage import play_watched
from pathways.scenarios.points import points
from tests.definitions.shipped import shelf
from tests.scenarios.stories import compiled_from, site, small, story

NOTHING = "never:\n  - {closed: nothing-of-the-kind}\n"
PATIENT = "patient: {born: 1960-03-02, payer: medicare-advantage}\n"
ASKED = (
    "  - {review: shoes, say: submitted}\n  - {review: shoes, say: received}\n"
    "  - {review: shoes, say: nurse-review}\n"
)


@cache
def meeting() -> CompiledPathway:
    return replace(compiled_from("meetings.yaml"), payers=shelf().payers)


def reached(course: str) -> frozenset[str]:
    text = PATIENT + "course:\n" + course + NOTHING
    return play_watched(story(text), site(meeting()))[1]["small"]


def made() -> dict[str, Mutant]:
    return {mutant.id: mutant for mutant in mutants(meeting())}


def noticed(mutant: str, text: str) -> bool:
    scenario = story(PATIENT + text)
    course, found = play_watched(scenario, site(meeting()))
    played = Played(scenario, found["small"], len(course.instants))
    return hunt("small", [made()[mutant]], [played], site(meeting()), {}).noticed == 1


NEW = (
    "contested visit", "contested low", "supersedes very-low low", "granted shoes",
    "granted-in-part shoes", "denied shoes", "argued shoes", "payer-late shoes", "shared",
    "alarm-age", "readmission", "notice", "cancels call", "declined call",
)  # fmt: skip


def test_each_meeting_is_a_point_and_a_pathway_without_any_has_none() -> None:
    """Given a pathway with orders, an authorization and hospital stays, then each is a point; of a
    pathway that decides everything alone none is (but that it may be shared, as any may)."""
    assert set(NEW) <= {point.key for point in points(meeting())}
    assert set(NEW) & {point.key for point in points(small())} == {"shared"}


def test_an_ordinary_course_reaches_none_of_them() -> None:
    assert not set(NEW) & reached("  - {until: day 2}\n")


@pytest.mark.parametrize(
    ("keys", "course"),
    [
        # The visit asks for more insulin, the alarm for none: a physician decides.
        ({"contested visit", "contested low"}, "  - {record: {glucose: 60}}\n"),
        (
            {"supersedes very-low low"},
            "  - {record: {glucose: 50}}\n  - {event: faint}\n",
        ),
        ({"granted shoes"}, "  - {complete: shoes}\n"),
        ({"granted-in-part shoes"}, "  - {complete: shoes, outcome: partial}\n"),
        ({"denied shoes"}, "  - {complete: shoes, outcome: denied}\n"),
        ({"payer-late shoes"}, ASKED + "  - {until: day 9}\n"),
        ({"declined call"}, "  - {decline: call}\n"),
        ({"notice", "cancels call"}, "  - {at: day 1 09:00, event: admitted}\n"),
        (
            {"readmission"},
            "  - {at: day 1 09:00, event: admitted, visit: A}\n"
            "  - {at: day 2 09:00, event: discharged, visit: A}\n"
            "  - {at: day 5 09:00, event: admitted, visit: B}\n"
            "  - {at: day 6 09:00, event: discharged, visit: B}\n",
        ),
        (
            {"alarm-age"},
            "  - {at: day 3 09:00, record: {glucose: 60}, observed: day 1 09:00}\n",
        ),
    ],
)  # fmt: skip
def test_a_course_that_meets_it_reaches_the_point(keys: set[str], course: str) -> None:
    assert keys <= reached(course + "  - {until: +5 minutes}\n")


def test_an_appeal_is_an_argument() -> None:
    denial = (
        "  - {review: shoes, say: md-review}\n"
        "  - {review: shoes, say: denied, details: {role: physician-reviewer, person: dr-a, "
        "credential: MD, family: medical-necessity, reason: not needed}}\n"
    )
    assert "argued shoes" not in reached(ASKED + denial)
    assert "argued shoes" in reached(ASKED + denial + "  - {review: shoes, say: appeal}\n")


ALARM = "course:\n  - {record: {glucose: 60}}\n  - {until: +1 minutes}\n"


@pytest.mark.parametrize(
    ("mutant", "course", "line"),
    [
        ("low: order dropped", ALARM, "{timeline: order-contested, step: low}"),
        (
            "visit: order by primary-care -> nurse-manager",
            ALARM,
            "{task: low, kind: physician-decision, owner: primary-care}",
        ),
        (
            "very-low: supersedes low dropped",
            "course:\n  - {record: {glucose: 50}}\n  - {event: faint}\n",
            "{timeline: superseded, step: low}",
        ),
        (
            "very-low: on dropped",
            "course:\n  - {record: {glucose: 50}}\n  - {at: day 1 08:00, event: faint}\n",
            "{rule: very-low, at: day 1 08:00}",
        ),
        ("greeting: message hello -> task-escalation", "", "{message: hello}"),
        (
            "call: contact caregiver -> patient",
            "course:\n  - {complete: call, outcome: unable-to-reach}\n",
            "{timeline: attempt, step: call, to: caregiver}",
        ),
        (
            "call: safety-critical dropped",
            "course:\n  - {decline: call}\n  - {until: +5 minutes}\n",
            "{task: call, kind: inform}",
        ),
        ("visit: service follow-up-visit -> other-follow-up-visit", "",
         "{appointment: visit, service: follow-up-visit}"),
        (
            "hospital stays: cancels call dropped",
            "course:\n  - {at: day 1 09:00, event: admitted}\n  - {until: +5 minutes}\n",
            "{task: call, outcome: readmitted}",
        ),
        (
            "hospital stays: notice case-manager -> primary-care",
            "course:\n  - {at: day 1 09:00, event: admitted}\n  - {until: +5 minutes}\n",
            "{task: admission-in-chart, owner: case-manager}",
        ),
    ],
)  # fmt: skip
def test_a_mutant_is_noticed_by_whom_it_concerns(mutant: str, course: str, line: str) -> None:
    """Given a story that expects it, then the change is noticed; one that looks elsewhere does
    not notice."""
    assert noticed(mutant, f"{course}expect:\n  - {line}\n")
    assert not noticed(mutant, f"{course}expect:\n  - {{entered: follow-up}}\n")


def test_what_holds_for_the_whole_pathway_is_changed_too() -> None:
    names = set(made())
    assert {"contact budget: 5 -> 4", "contact budget: 5 -> 6"} <= names
    assert {"alarm age: 1 day -> 2 days", "alarm age: 1 day -> 12 hours"} <= names
    assert {"shared steps: dropped", "hospital stays: readmission dropped"} <= names
    assert not {name for name in names if name.startswith("medicine rules")}


def test_ids_are_unique() -> None:
    assert len(made()) == len(mutants(meeting()))
