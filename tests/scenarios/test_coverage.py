"""Coverage: which steps and branches of a pathway its scenarios reach."""

from __future__ import annotations

from pathways.scenarios.coverage import Covered, covered, play_watched
from pathways.scenarios.points import points
from tests.scenarios.stories import site, small, story

NOTHING = "never:\n  - {closed: nothing-of-the-kind}\n"


def reached(*texts: str) -> Covered:
    found = (play_watched(story(text + NOTHING), site())[1]["small"] for text in texts)
    return covered(small(), found)


def missed(*texts: str) -> set[str]:
    return {point.key for point in reached(*texts).missed}


def test_one_way_through_leaves_the_other_branches_open() -> None:
    """given a patient who does not smoke, keeps the visit and has no reading"""
    found = missed("course:\n  - {until: day 40, all-done: true}\n")
    assert {"row classify 0", "step call", "when call yes", "rule low"} <= found
    assert {"branch assessment 0", "declined questions", "missed visit"} <= found
    assert not {"step visit", "row classify 1", "branch assessment 1"} & found


def test_every_point_can_be_reached() -> None:
    """but one that takes a second pathway, and is no point where there is none"""
    found = missed(
        "usual: {smoker: true}\ncourse:\n  - {until: day 4}\n  - {record: {glucose: 50}}\n"
        "  - {until: day 40, all-done: true, absent: visit}\n",
        "known: {glucose: 200}\ncourse:\n  - {until: day 95, all-done: true, absent: visit}\n"
        "  - {until: day 130, all-done: true}\n",
        "course:\n  - {until: day 40, all-done: true, absent: visit, "
        "outcomes: {outreach: unable-to-reach}}\n",
        "course:\n  - {until: day 32}\n  - {decline: questions}\n",
        "patient: {born: 2010-01-01}\n",
    )
    assert found == {"shared"}
    alone = covered(small(), iter((frozenset[str](),)), alone=True)
    assert "shared" not in {point.key for point in alone.points}


def test_steps_and_branches_are_counted_apart() -> None:
    one = reached("course:\n  - {until: day 40, all-done: true}\n")
    steps, branches = one.count(steps=True), one.count(steps=False)
    assert steps == (4, 6)
    assert branches[1] == len(points(small())) - 6
    assert 0 < branches[0] < branches[1]


def test_what_is_missed_names_its_line_and_what_did_not_happen() -> None:
    point = next(p for p in reached("").missed if p.key == "rule low")
    assert point.line == next(r.line for r in small().rules)
    assert point.sentence == 'Rule "low" never fired.'


def test_watching_changes_nothing() -> None:
    """given the same story, then the course is the same with and without coverage"""
    from pathways.scenarios.running import play

    scenario = story("course:\n  - {until: day 40, all-done: true}\n" + NOTHING)
    watched, plain = play_watched(scenario, site())[0], play(scenario, site())
    assert watched.entries == plain.entries
