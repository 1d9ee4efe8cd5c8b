"""No change of a pathway is passed over in silence."""

from __future__ import annotations

import inspect
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways import compiled, episodes, instruments, orders, origins, undone, windows
from pathways.comparing import compare
from pathways.comparing.aspects import Table
from pathways.comparing.course import RULE, STAGE
from pathways.comparing.data import DATA, GOAL, INSTRUMENT, ITEM, MESSAGE, PARAMETER, SCORE
from pathways.comparing.steps import STEP
from pathways.comparing.whole import PATHWAY
from tests.comparing.changing import Altered, every_change
from tests.definitions.shipped import NAMES, pathway
from tests.drawing.samples import every_verb

TABLES: dict[str, Table] = {
    "Step": STEP,
    "Stage": STAGE,
    "Rule": RULE,
    "Goal": GOAL,
    "DataElement": DATA,
    "Instrument": INSTRUMENT,
    "Item": ITEM,
    "Score": SCORE,
    "ParameterValue": PARAMETER,
    "CompiledPathway": PATHWAY,
}
COSMETIC = {
    (owner, field)
    for owner, table in TABLES.items()
    for field, aspect in table.items()
    if not aspect.patient
}
PLACES = {"line"}


@cache
def changes_of(name: str) -> tuple[Altered, ...]:
    whole = every_verb() if name == "every-verb" else pathway(name)
    return tuple(every_change(whole))


def told(altered: Altered, name: str) -> None:
    """The change is named, and on the right side."""
    whole = every_verb() if name == "every-verb" else pathway(name)
    found = compare(whole, altered.pathway)
    assert found.changes or found.cosmetic, altered
    assert "The two are the same" not in found.text()
    for change in (*found.changes, *found.cosmetic):
        assert change.text.strip() not in ("", "."), change
        assert change.now != change.was or not change.now, change
    if altered.field in PLACES or (altered.owner, altered.field) in COSMETIC:
        assert not found.changes, altered


@pytest.mark.parametrize("owner", sorted(TABLES))
def test_every_field_of_a_compiled_struct_has_its_aspect(owner: str) -> None:
    """Given a field is added to the compiled form, then how it is compared must be said."""
    assert set(TABLES[owner]) == set(getattr(compiled, owner).__struct_fields__)


def test_every_struct_is_compared_by_a_table_or_as_a_whole() -> None:
    whole = {"Choice", "Band", "Overdue", "Row", "Declined", "Missed", "Branch", "Refusal"}
    whole |= {"FragmentUse", "Unreachable", "Order", "Window"}
    whole |= {"FragmentUse", "Unreachable", "Episodes", "Rider"}
    structs = {
        name
        for module in (compiled, episodes, instruments, orders, origins, undone, windows)
        for name, one in vars(module).items()
        if inspect.isclass(one) and one.__module__ == module.__name__
    }
    assert structs == {*TABLES, *whole, "MessageText"}
    assert compiled.MessageText.__struct_fields__ == MESSAGE


def test_each_field_of_each_struct_changed_once_is_told() -> None:
    """Given a pathway with every verb, when any field changes, then the comparison names it."""
    first = {(one.owner, one.field): one for one in reversed(changes_of("every-verb"))}
    assert len(first) > 100
    for altered in first.values():
        told(altered, "every-verb")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_change_of_a_shipped_pathway_is_told(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["every-verb", *NAMES]))
    told(data.draw(st.sampled_from(changes_of(name))), name)


@pytest.mark.parametrize("name", ["every-verb", *NAMES])
def test_a_pathway_never_differs_from_itself(name: str) -> None:
    whole = every_verb() if name == "every-verb" else pathway(name)
    found = compare(whole, whole)
    assert (found.changes, found.cosmetic) == ((), ())


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_way_back_tells_as_much(data: st.DataObject) -> None:
    """Given a change, then undoing it is a change of the same fields."""
    altered = data.draw(st.sampled_from(changes_of("every-verb")))
    there = compare(every_verb(), altered.pathway)
    back = compare(altered.pathway, every_verb())
    assert bool(there.changes) == bool(back.changes)
    assert bool(there.cosmetic) == bool(back.cosmetic)
