"""The SVG as a clinician opens it: laid out by the real program, nothing on top of another."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations

import pytest

from pathways.drawing import as_dot, describe
from tests.definitions import shipped
from tests.drawing.samples import drawn, href
from worker.layout import LayoutError, svg

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}"
Box = tuple[float, float, float, float]
A3 = (16.54 * 72, 11.69 * 72)


@cache
def picture(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg(as_dot(describe(shipped.pathway(name)), href)))


def box(element: ElementTree.Element) -> Box:
    """The frame of the first shape in it."""
    shapes = (f"{SVG}polygon", f"{SVG}path", f"{SVG}ellipse")
    drawn = next(e for e in element.iter() if e.tag in shapes)
    if drawn.tag == shapes[2]:
        x, y, wide, high = (float(drawn.get(key, "")) for key in ("cx", "cy", "rx", "ry"))
        return x - wide, y - high, x + wide, y + high
    text = drawn.get("points") or "".join(
        " " if letter.isalpha() else letter for letter in drawn.get("d", "")
    )
    numbers = [float(part) for part in text.replace(",", " ").split()]
    xs, ys = numbers[0::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def boxes(name: str, prefix: str) -> dict[str, Box]:
    found = (one for one in picture(name).iter(f"{SVG}g"))
    return {one.get("id", ""): box(one) for one in found if one.get("id", "").startswith(prefix)}


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", shipped.NAMES)
@pytest.mark.parametrize("prefix", ["stage-", "step-"])
def test_nothing_lies_on_top_of_another(name: str, prefix: str) -> None:
    found = boxes(name, prefix)
    assert found
    assert [(a, b) for a, b in combinations(found, 2) if overlap(found[a], found[b])] == []


@pytest.mark.parametrize("name", shipped.NAMES)
def test_stages_stand_side_by_side_in_course_order(name: str) -> None:
    lefts = [boxes(name, "stage-")[f"stage-{s.id}"][0] for s in shipped.pathway(name).stages]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_step_and_rule_links_to_its_line(name: str) -> None:
    pathway = shipped.pathway(name)
    links = {
        (a.get(f"{LINK}href"), (a.get(f"{LINK}title") or "").split()[0])
        for a in picture(name).iter(f"{SVG}a")
        if (a.get(f"{LINK}title") or "").strip()
    }
    lines = [step.line for stage in pathway.stages for step in stage.steps]
    lines += [rule.line for rule in pathway.rules]
    wanted = {(f"{pathway.source}#L{n}", f"{pathway.source}:{n}") for n in lines}
    assert wanted - links == set()


@pytest.mark.parametrize("name", shipped.NAMES)
def test_it_fits_a_page_of_a3(name: str) -> None:
    width, height = (float((picture(name).get(k) or "").rstrip("pt")) for k in ("width", "height"))
    assert width <= A3[0]
    assert height <= A3[1]


def test_the_same_drawing_gives_the_same_bytes() -> None:
    dot = as_dot(drawn(), href)
    assert svg(dot) == svg(dot)


def test_what_cannot_be_laid_out_is_said_in_a_sentence() -> None:
    with pytest.raises(LayoutError, match="could not lay the picture out"):
        svg("digraph {")


@pytest.mark.parametrize("name", shipped.NAMES)
def test_the_steps_of_a_stage_stand_in_rows_and_columns(name: str) -> None:
    """A row reads from left to right; each row stands below the one before."""
    where = boxes(name, "step-")
    for group in describe(shipped.pathway(name)).groups:
        for one, other in combinations(group.nodes, 2):
            here, there = where[f"step-{one.id}"], where[f"step-{other.id}"]
            if one.row < other.row:
                assert here[3] <= there[1], (one.id, other.id)
            if one.row == other.row and one.column < other.column:
                assert here[2] <= there[0], (one.id, other.id)
