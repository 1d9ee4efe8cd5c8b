"""What a drawing says about a pathway."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from typing import get_args

import pytest
from msgspec.structs import replace

from pathways import wording
from pathways.compiled import HUMAN_VERBS, Verb
from pathways.drawing import INK, as_dot, as_mermaid, contrast, describe
from pathways.drawing.colours import DARK, OTHERS, OWNERS, PAPER, QUIET, SYSTEM, owner_colours
from pathways.drawing.course import Status
from pathways.drawing.description import Drawing
from pathways.drawing.dot import SHAPES
from pathways.drawing.grid import TALLEST
from pathways.drawing.marks import LOOKS
from pathways.drawing.mermaid import SHAPES as BRACKETS
from tests.definitions import shipped
from tests.drawing.samples import HERE, drawn, every_verb, href
from worker.layout import svg


def node(step: str):
    return next(n for group in drawn().groups for n in group.nodes if n.id == step)


def group(stage: str):
    return next(one for one in drawn().groups if one.id == stage)


def rule(name: str):
    return next(one for one in drawn().rules if one.id == name)


def test_every_verb_has_a_shape_in_both_languages() -> None:
    assert set(SHAPES) == set(BRACKETS) == set(get_args(Verb))


def test_the_sample_has_every_verb() -> None:
    assert {n.verb for one in drawn().groups for n in one.nodes} == set(get_args(Verb))


@pytest.mark.parametrize("shapes", [SHAPES, BRACKETS], ids=["dot", "mermaid"])
def test_work_for_a_person_looks_like_nothing_else(shapes: dict) -> None:
    human = {shapes[verb] for verb in HUMAN_VERBS}
    others = [shape for verb, shape in shapes.items() if verb not in HUMAN_VERBS]
    assert len(human) == 1
    assert not human & set(others)
    assert len(others) == len(set(others))


@pytest.mark.parametrize("ground", [*OWNERS, OTHERS, SYSTEM, PAPER])
def test_text_can_be_read_on_every_ground(ground: str) -> None:
    """WCAG 2.2, level AA."""
    assert contrast(INK, ground) >= 4.5


def test_text_can_be_read_on_the_dark_ground() -> None:
    assert contrast(PAPER, DARK) >= 4.5


@pytest.mark.parametrize("line", [QUIET, DARK, *(look.line for look in LOOKS.values())])
def test_lines_can_be_seen(line: str) -> None:
    """WCAG 2.2 asks 3 of what is not text."""
    assert contrast(line, PAPER) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_each_owner_has_one_colour_and_no_two_share_one() -> None:
    found = owner_colours(["a", "b", "a", "c"])
    assert list(found) == ["a", "b", "c"]
    assert len(set(found.values())) == 3


def test_owners_beyond_the_palette_are_white_and_named() -> None:
    names = [f"role-{number}" for number in range(len(OWNERS) + 2)]
    assert [owner_colours(names)[name] for name in names[-2:]] == [OTHERS, OTHERS]


def test_a_stage_says_phase_deadline_and_who_answers() -> None:
    assert group("assessment").heading == "assessment, within 30 days, case manager"


def test_a_stage_says_what_follows_in_words() -> None:
    exits = [(one.condition, one.target) for one in group("reevaluation").exits]
    assert exits == [
        ("HbA1c is below 7 %", "Closing"),
        ("HbA1c is above 9 %", "Planning"),
        ("", "Follow up goes on"),
    ]


def test_a_reevaluation_stands_beside_follow_up() -> None:
    assert group("reevaluation").every == "every 3 months, beside Follow up"
    assert group("reevaluation").beside == ("follow-up",)
    dashed = [line for line in as_dot(drawn(), href).splitlines() if 'style="dashed"' in line]
    assert any('"follow-up:":e -> "reevaluation:":w' in line for line in dashed)


def test_a_step_says_who_and_until_when() -> None:
    assert node("look").summary == "Assessment, case manager, within 7 days"
    assert node("feet").summary == "Appointment, coordinator, within 14 days"
    assert node("welcome").summary == "Message, to patient"
    assert node("pause").summary == "Wait, for 2 days"
    assert node("readings").summary == "Monitoring, case manager, a reading every week"


def test_a_step_says_when_it_comes_again() -> None:
    assert node("call").timing == "after 2 weeks, every 2 weeks, 3 times"


def test_a_step_says_its_condition_in_words() -> None:
    assert node("feet").condition == "if Foot risk is moderate or high"
    assert node("instead").condition == 'if step "Offer" was declined'


def test_an_escalation_is_said_once_for_all_and_where_it_differs() -> None:
    assert drawn().late == "nurse manager, then program manager"
    assert node("look").late == ""
    assert node("call").late == "late: program manager after 2 days"


def test_every_step_and_rule_names_its_line() -> None:
    source = every_verb().source
    places = [n.place for one in drawn().groups for n in one.nodes]
    places += [one.place for one in drawn().rules]
    assert all(place.startswith(f"{source}:") for place in places)
    assert len(set(places)) == len(places)


def test_links_are_solid_after_and_dashed_instead() -> None:
    assert [(one.tail, one.head, one.kind) for one in group("follow-up").links] == [
        ("offer", "instead", "declined")
    ]
    kinds = [(one.tail, one.head, one.kind) for one in group("planning").links]
    assert kinds == [
        ("make", "agree", "after"),
        ("agree", "make", "rejected"),
        ("agree", "ready", "after"),
    ]


def test_a_rule_says_trigger_action_and_response_class() -> None:
    severe = rule("severe-low")
    assert severe.trigger == "Glucose is below 54 mg/dL"
    assert (severe.action, severe.owner) == ("Call about a severe low", "case-manager")
    assert severe.response == "RT-2H within 2 hours"
    assert rule("look-again").action == "begin Reevaluation"
    assert rule("gone").action == "discharge: hospice"


def test_one_stage_can_be_drawn_alone_with_the_rules_of_its_own() -> None:
    alone = drawn("follow-up")
    assert [one.id for one in alone.groups] == ["follow-up"]
    assert [one.id for one in alone.rules] == ["hello-again", "look-again"]


def test_a_role_has_its_colour_on_every_drawing() -> None:
    assert drawn("follow-up").owners.items() <= drawn().owners.items()
    assert drawn("closing").owners.items() < drawn().owners.items()


@pytest.mark.parametrize("name", shipped.NAMES)
def test_steps_stand_below_what_they_come_after_and_alone_in_their_cell(name: str) -> None:
    for one in describe(shipped.pathway(name)).groups:
        rows = {n.id: n.row for n in one.nodes}
        assert all(rows[n.tail] < rows[n.head] for n in one.links if n.kind == "after")
        assert len({(n.row, n.column) for n in one.nodes}) == len(one.nodes)
        assert max(rows.values(), default=0) <= TALLEST, "a stage that only waits has no step"


def entitled(title: str) -> Drawing:
    """The sample, with another title of its first step."""
    pathway = every_verb()
    first = pathway.stages[0]
    steps = (replace(first.steps[0], title=title), *first.steps[1:])
    return describe(
        replace(pathway, stages=(replace(first, steps=steps), *pathway.stages[1:])), stage=first.id
    )


def test_no_word_of_an_author_is_markup() -> None:
    drawing = entitled('<b> "&" #1;')
    assert "<b>&lt;b&gt; &quot;&amp;&quot; #1;</b>" in as_dot(drawing, href)
    assert "#lt;b#gt; #quot;#amp;#quot; #35;1;" in as_mermaid(drawing, href)


@pytest.mark.parametrize("title", ['a"b', "a\\b", "a\\N", "a{b}|c", "<a>", "&lt;", "é → 日本"])
def test_any_title_can_be_laid_out(title: str) -> None:
    ElementTree.fromstring(svg(as_dot(entitled(title), href)))


def test_every_status_has_a_look_of_its_own() -> None:
    assert set(LOOKS) == set(get_args(Status))


def test_drawing_a_condition_leaves_the_pathway_as_it_was() -> None:
    """Alternatives are gathered for reading, in a copy."""
    expr = ["or", ["in", ["value", "foot-risk"], ["low"]], ["=", ["value", "foot-risk"], "high"]]
    assert wording.condition(expr, every_verb()) == "Foot risk is low or high"
    assert expr[1] == ["in", ["value", "foot-risk"], ["low"]]


def digest() -> str:
    text = as_dot(drawn(), href) + as_mermaid(drawn(), href)
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    """This process has a seed of its own, by chance; the other one has another."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    code = "from tests.drawing.test_what_is_drawn import digest; print(digest())"
    elsewhere = subprocess.run(
        [sys.executable, "-c", code],
        cwd=HERE.parents[1],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == digest()
