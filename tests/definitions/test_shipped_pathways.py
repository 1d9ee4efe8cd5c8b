"""The pathways that ship: complete, sourced, in two languages, and changed only on purpose.

Source of what is asked here: the clinical content rules in docs/clinical.md.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

import pytest

from pathways.canonical import canonical, digest_of, pin
from pathways.compiled import Expr, Step
from pathways.language.report import render
from tests.definitions import shipped

PHASES = {"assessment", "planning", "follow-up", "reevaluation", "discharge"}
DIGESTS = shipped.ROOT / "digests.json"

each = pytest.mark.parametrize("name", shipped.NAMES)


def steps(name: str) -> list[Step]:
    return [step for stage in shipped.pathway(name).stages for step in stage.steps]


def deeds(name: str) -> list[Step]:
    return [*steps(name), *(r.do for r in shipped.pathway(name).rules if r.do is not None)]


def test_the_pathways_of_the_documentation_ship() -> None:
    page = (shipped.ROOT.parent / "docs" / "clinical.md").read_text(encoding="utf-8")
    found = sorted(path.stem for path in (shipped.ROOT / "pathways").glob("*.yaml"))
    assert found == list(shipped.NAMES)
    for name in shipped.NAMES:
        assert f"`{name}`" in page


@each
def test_it_compiles_without_any_finding(name: str) -> None:
    found = shipped.compiled(name)
    file = f"definitions/pathways/{name}.yaml"
    assert not found.issues, render(found.issues, {file: shipped.text_of(name)})
    assert shipped.pathway(name).pathway == name


@each
def test_it_leads_through_all_five_phases(name: str) -> None:
    assert {stage.phase for stage in shipped.pathway(name).stages} == PHASES


@each
def test_it_is_more_than_a_sketch(name: str) -> None:
    rules = shipped.pathway(name).rules
    assert len(steps(name)) >= 12
    assert sum(step.every is not None for step in steps(name)) >= 3
    assert any(step.verb == "decide" and len(step.table) >= 3 for step in steps(name))
    assert any(step.instruments for step in steps(name))
    assert sum(rule.do is not None and bool(rule.do.response) for rule in rules) >= 8
    assert len(shipped.pathway(name).goals) >= 3


@each
def test_every_goal_has_a_date(name: str) -> None:
    assert [goal.id for goal in shipped.pathway(name).goals if goal.by is None] == []


@each
def test_it_can_end_well_and_can_end_because_nobody_was_reached(name: str) -> None:
    branches = [b for stage in shipped.pathway(name).stages for b in stage.next]
    dispositions = {b.disposition for b in branches if b.go == "discharge"}
    assert "unable-to-reach" in dispositions
    assert dispositions & {"goals-met", "completed"}


def numbers(expr: object) -> Iterator[float]:
    """The numbers other than 0 in a lowered condition; a yes or no is none."""
    if isinstance(expr, list):
        for part in expr:
            yield from numbers(part)
    elif isinstance(expr, int | float) and not isinstance(expr, bool) and expr != 0:
        yield float(expr)


@each
def test_every_rule_with_a_threshold_names_its_source(name: str) -> None:
    bare = [
        rule.id
        for rule in shipped.pathway(name).rules
        if rule.do is not None and list(numbers(rule.when)) and not rule.do.evidence
    ]
    assert bare == []


@each
def test_every_step_with_a_threshold_names_its_source(name: str) -> None:
    def conditions(step: Step) -> list[Expr | None]:
        return [step.when, step.until, *(row.when for row in step.table)]

    bare = [
        step.id
        for step in steps(name)
        if any(list(numbers(one)) for one in conditions(step)) and not step.evidence
    ]
    assert bare == []


@each
def test_every_source_has_a_year_and_is_used(name: str) -> None:
    evidence = shipped.pathway(name).evidence
    assert [one for one, cite in evidence.items() if not shipped.cites_a_year(cite)] == []
    text = shipped.text_of(name)
    assert [one for one in evidence if not re.search(rf"evidence: {one}\b(?!-)", text)] == []


@each
def test_every_message_is_there_in_english_and_spanish(name: str) -> None:
    for message, texts in shipped.pathway(name).messages.items():
        assert {"en", "es"} <= set(texts), message


@each
def test_messages_to_people_at_home_reveal_no_condition(name: str) -> None:
    """A message may be read over somebody's shoulder: no diagnosis, no value, and no name
    but the reader's own."""
    revealing = re.compile(
        r"cancer|cáncer|chemo|quimio|diabet|insulin|glucos|dementia|demencia|alzheimer|heart|coraz|cardi"
        r"|copd|epoc|lung|pulm|oxygen|oxígeno|inhal|kidney|riñ|renal|depress|depres|suicid|mental|mood"
        r"|pregnan|embaraz|stroke|ictus|derrame|pr[oó]t[eé]s|prosthe|knee|rodilla|\bhip\b|cadera"
        r"|patient\.name|pathway\.title|step\.title",
        re.IGNORECASE,
    )
    own = [key for key in shipped.pathway(name).messages if key not in shipped.shelf().messages]
    assert own
    for message in own:
        for language, text in shipped.pathway(name).messages[message].items():
            found = revealing.search(f"{text.subject}\n{text.body}")
            assert found is None, (message, language, found)


@each
def test_urgent_messages_say_what_to_do_and_whom_to_call(name: str) -> None:
    urgent = [d for d in deeds(name) if d.verb == "notify" and d.response in ("RT-911", "RT-ED")]
    assert urgent
    for deed in urgent:
        for text in shipped.pathway(name).messages[deed.message].values():
            assert "911" in text.body
            assert "organisation.phone" in text.body


@each
def test_every_service_can_be_booked_here(name: str) -> None:
    offered = {
        service
        for provider in shipped.directory()["providers"]
        for hours in provider["hours"]
        for service in hours["services"]
    }
    booked = {d.service for d in deeds(name) if d.service and d.verb != "authorize"}
    assert booked <= offered, "what a payer only authorizes, such as an inpatient stay, has no slot"


@each
def test_every_role_works_here(name: str) -> None:
    """Whoever owns, approves, is told or is escalated to fills a role of the directory."""
    found = shipped.pathway(name)
    asked = {found.supervisor, *(stage.by for stage in found.stages)}
    for deed in deeds(name):
        asked |= {deed.by, deed.declined.inform, *(line.to for line in deed.overdue)}
        if deed.missed is not None:
            asked |= {deed.missed.by, deed.missed.escalate}
    asked -= {"", "patient", "caregiver"}
    assert asked <= set(found.roles)
    assert asked <= set(shipped.directory()["role-mailboxes"])


@each
def test_every_person_s_work_has_an_owner_a_due_time_and_an_escalation(name: str) -> None:
    """Nothing is open without a clock (X10, invariant I9)."""
    for deed in deeds(name):
        if deed.verb in ("task", "assess", "plan", "approve", "refer", "reconcile", "transition"):
            assert deed.by, deed.id
            by_window = deed.window is not None and deed.window.closes is not None
            assert deed.due is not None or by_window, deed.id
            assert any(line.action == "escalate" for line in deed.overdue), deed.id


@each
def test_thoughts_of_self_harm_reach_a_person_within_two_hours(name: str) -> None:
    """DEP-1: PHQ-9 item 9 of 1 or more acts alone, whatever the total; never a message alone."""
    rule = next(r for r in shipped.pathway(name).rules if "phq-9.item-9" in r.reads)
    assert rule.do is not None
    assert (rule.do.verb, rule.do.response) == ("task", "RT-2H")


def test_one_name_means_one_thing_in_every_pathway() -> None:
    """A patient on two pathways has one set of data: same type, unit, limits and freshness."""
    seen: dict[str, tuple[object, ...]] = {}
    for name in shipped.NAMES:
        for element in shipped.pathway(name).data.values():
            limits = (element.low, element.high, element.options)
            meaning = (element.type, element.unit, *limits, element.loinc, element.fresh)
            assert seen.setdefault(element.name, meaning) == meaning, (name, element.name)


def test_what_one_pathway_decides_is_not_overwritten_by_another() -> None:
    """A decision table's element belongs to one pathway."""
    owner: dict[str, str] = {}
    for name in shipped.NAMES:
        for element in sorted({e for s in steps(name) for row in s.table for e in row.set}):
            assert owner.setdefault(element, name) == name, element


def test_what_pathways_have_in_common_is_done_once() -> None:
    """X8: first contact, mood and social-needs screens, reconciliation and HbA1c are shared."""
    shared = [{deed.same for deed in deeds(name)} - {""} for name in shipped.NAMES]
    everywhere = set.intersection(*shared)
    assert {"first-contact", "screen-mood", "social-needs", "reconcile-medicines"} <= everywhere
    assert sum("hba1c-lab" in one for one in shared) == 2


@each
def test_it_travels_small(name: str) -> None:
    """Three of them, as they travel, leave a quarter of 128 KiB to the patient's data; each is
    under 128 KiB when it is unpacked."""
    assert len(pin(shipped.pathway(name)).packed) < 32 * 1024
    assert len(canonical(shipped.pathway(name))) < 128 * 1024


def test_a_change_of_what_ships_is_deliberate() -> None:
    """The digests are checked in. ``CAREWAY_BLESS=1`` renews them; the diff then shows that
    patients enrolled from now on follow something else (and that ``version`` may need a raise)."""
    now = {
        name: {"version": shipped.pathway(name).version, "digest": digest_of(shipped.pathway(name))}
        for name in shipped.NAMES
    }
    if os.environ.get("CAREWAY_BLESS") == "1":
        DIGESTS.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    assert json.loads(DIGESTS.read_text(encoding="utf-8")) == now
