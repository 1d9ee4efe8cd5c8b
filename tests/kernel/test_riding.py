"""Safety rules that ride along on an older version (X12, apply-to-running)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pathways.canonical import digest_of, pin, unpin
from pathways.compiled import CompiledPathway, DataElement, Rider, Rule
from pathways.journey.events import Reading, Record
from pathways.riding import NotRidable, with_safety_rules
from tests.kernel.building import NURSE, human
from tests.kernel.test_migrating import ALARM, enrolled, move, plan_of, version

POTASSIUM = DataElement("potassium", "quantity", unit="mmol/L", low=1, high=10)
HIGH = Rule(
    "high-potassium",
    human("high-potassium", response="RT-2H"),
    when=[">", ["value", "potassium"], 6.0],
    reads=("potassium",),
    apply_to_running=True,
)


def newer(*rules: Rule) -> CompiledPathway:
    base = version("2", human("other"), rules=(ALARM, *rules))
    return replace(base, data={**base.data, "potassium": POTASSIUM})


def test_only_the_marked_rules_come_with_what_they_need() -> None:
    """The old version keeps its steps and its number; the rule says where it comes from; the
    whole travels and is pinned like any pathway."""
    old, new = version("1", human("a")), newer(HIGH)
    riding = with_safety_rules(old, new)
    assert riding.version == "1"
    assert riding.stages == old.stages
    assert [rule.id for rule in riding.rules] == ["high-potassium"]
    assert riding.data["potassium"] == POTASSIUM
    assert riding.riders == (Rider("high-potassium", "2", digest_of(new)),)
    assert unpin(pin(riding)) == riding
    assert digest_of(riding) != digest_of(old)


def test_the_rule_is_in_force_for_who_stays() -> None:
    """Given a patient on version 1, when the rule is given to them, then everything goes on as
    before, and the next high value opens its task; publishing it again changes nothing."""
    old, new = version("1", human("a")), newer(HIGH)
    patient = enrolled(old)
    due = patient.task("a").due
    riding = with_safety_rules(old, new)
    plan = plan_of(move(patient, riding))
    assert [(rule.to, rule.how) for rule in plan.rules] == [("high-potassium", "new")]
    assert [task.how for task in plan.tasks] == ["kept"]
    assert patient.task("a").due == due
    patient.apply(Record(patient.command(), NURSE, (Reading("potassium", 6.5, 0),)))
    assert patient.task("high-potassium").urgency == "RT-2H"
    assert with_safety_rules(riding, new) == riding


def test_a_newer_edition_of_a_rule_takes_the_older_ones_place() -> None:
    """One rule of that id, the newer one."""
    old = with_safety_rules(version("1", human("a")), newer(HIGH))
    stricter = replace(HIGH, when=[">", ["value", "potassium"], 5.5])
    riding = with_safety_rules(old, newer(stricter))
    assert [rule.when for rule in riding.rules] == [stricter.when]
    assert len(riding.riders) == 1


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (replace(HIGH, during=("planning",)), "names planning"),
        (replace(HIGH, do=None, start="other"), "names other"),
        (replace(HIGH, id="a"), "the name of a step"),
    ],
)
def test_a_rule_that_cannot_ride_is_refused_with_its_reason(rule: Rule, why: str) -> None:
    with pytest.raises(NotRidable, match=why):
        with_safety_rules(version("1", human("a")), newer(rule))


def test_units_must_agree_and_a_rule_must_be_marked() -> None:
    """Two more reasons."""
    old = version("1", human("a"))
    other = replace(old, data={**old.data, "potassium": replace(POTASSIUM, unit="mg/dL")})
    with pytest.raises(NotRidable, match="another type or unit"):
        with_safety_rules(other, newer(HIGH))
    with pytest.raises(NotRidable, match="no rule marked apply-to-running"):
        with_safety_rules(old, newer())
