"""What must hold of any two sources: symmetric, and no merge without an identifier."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pathways.identity.likeness import compare
from pathways.identity.traits import Traits, traits

NAMES = st.sampled_from(("Hana", "Hanna", "H", "Kay", "K.", "Mia", "Peter", "Olsen", ""))
BORN = st.sampled_from(("1993-02-01", "1993-01-02", "1993-01-01", "1983-02-01", "1960-07-09", ""))
PEOPLE = st.builds(
    traits,
    given=NAMES,
    family=NAMES,
    born=BORN,
    sex=st.sampled_from(("female", "male", "unknown")),
    phone=st.sampled_from(("312-555-0142", "+1 312 555 0142", "212-555-0199", "")),
    email=st.sampled_from(("a@example.org", "A@example.org", "b@example.org", "")),
    street=st.sampled_from(("12 Elm St", "9 Oak Ave", "")),
    postal=st.sampled_from(("60614", "60614-1203", "")),
    identifiers=st.lists(st.sampled_from(("m1", "m2", "p1")), max_size=2).map(tuple),
)


@given(PEOPLE, PEOPLE)
def test_the_order_of_two_sources_does_not_matter(one: Traits, other: Traits) -> None:
    assert compare(one, other) == compare(other, one)


@given(PEOPLE, PEOPLE)
def test_nothing_but_a_shared_identifier_that_nothing_speaks_against_links(
    one: Traits, other: Traits
) -> None:
    """X7: never auto-merge on likeness."""
    if compare(one, other).verdict == "same":
        assert set(one.identifiers) & set(other.identifiers)
        assert not (one.born and other.born and one.born != other.born)


@given(PEOPLE, PEOPLE)
def test_a_shared_identifier_is_never_overlooked(one: Traits, other: Traits) -> None:
    """Who has a number of somebody else's is linked or looked at, never simply enrolled."""
    if set(one.identifiers) & set(other.identifiers):
        assert compare(one, other).verdict != "other"


@given(PEOPLE)
def test_everybody_is_like_themselves(one: Traits) -> None:
    found = compare(one, one)
    assert not found.differs
    assert found.verdict == "same" or not one.identifiers
