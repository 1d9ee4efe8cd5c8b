"""Likeness: whether two sources tell of the same person, perhaps of the same, or of others.

The three verdicts are the three regions of Fellegi and Sunter (1969): link, possible link
(clerical review), non-link. The rule is deterministic, so that a nurse can check it by hand:

``same``    an identifier (system and value) is shared, the birth date is not another, and the given
            name agrees. Nothing else links without a person.
``perhaps`` an identifier is shared, but birth date or name speak against it; or two of birth
            date, name, and a way to be reached (telephone, e-mail, address) agree, where a birth
            date or a name may be similar; a similar birth date alone counts with a name only.
``other``   everything else.

Source: clinical.md X7 ("an uncertain identity match goes to a human queue, never auto-merge").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from msgspec import Struct

from pathways.identity import agreement
from pathways.identity.traits import Traits

Verdict = Literal["same", "perhaps", "other"]


class Likeness(Struct, frozen=True):
    """How two sources compare: names of traits only, never what they are."""

    verdict: Verdict
    agrees: tuple[str, ...] = ()
    """Traits that are the same."""
    similar: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    def sentence(self) -> str:
        """``same birth date and phone, similar name; another address``."""
        told = []
        if self.agrees:
            told.append(f"same {listed(self.agrees)}")
        if self.similar:
            told.append(f"similar {listed(self.similar)}")
        text = ", ".join(told) or "nothing agrees"
        return f"{text}; another {listed(self.differs)}" if self.differs else text


def compare(one: Traits, other: Traits) -> Likeness:
    """Compare two sources; the order does not matter."""
    found = {
        "identifier": agreement.identifier(one, other),
        "birth date": agreement.birth_date(one, other),
        "name": agreement.name(one, other),
        "phone": agreement.exact(one.phone, other.phone),
        "e-mail": agreement.exact(one.email, other.email),
        "address": agreement.exact(one.address, other.address),
        "sex": agreement.exact(one.sex, other.sex),
    }
    by: dict[agreement.Agreement, list[str]] = {"same": [], "similar": [], "differs": []}
    for trait, how in found.items():
        by.setdefault(how, []).append(trait)
    return Likeness(
        _verdict(found, agreement.own_name(one, other)),
        tuple(by["same"]),
        tuple(by["similar"]),
        tuple(by["differs"]),
    )


def _verdict(found: dict[str, agreement.Agreement], own_name: bool) -> Verdict:
    born, name = found["birth date"], found["name"]
    if found["identifier"] == "same":
        contradicted = born in ("similar", "differs") or (name == "differs" and not own_name)
        return "perhaps" if contradicted else "same"
    named = name in ("same", "similar")
    reached = "same" in (found["phone"], found["e-mail"], found["address"])
    signs = (born == "same", named, reached)
    if sum(signs) >= 2 or (born == "similar" and named):
        return "perhaps"
    return "other"


def of_person(known: Iterable[Traits], told: Traits) -> Likeness:
    """Compare with a person whom several sources know: the closest of them speaks."""
    order = ("same", "perhaps", "other")
    found = [compare(one, told) for one in known]
    return min(
        found,
        key=lambda one: (order.index(one.verdict), -len(one.agrees), len(one.differs)),
        default=Likeness("other"),
    )


def closest(known: Iterable[Traits], told: Iterable[Traits]) -> Likeness:
    """How alike two persons of whom several sources tell are, by the source that agrees most."""
    mine, verdicts = tuple(known), get_args(Verdict)
    return min(
        (of_person(mine, one) for one in told),
        key=lambda one: (verdicts.index(one.verdict), -len(one.agrees)),
        default=Likeness("other"),
    )


def listed(names: Iterable[str]) -> str:
    """``birth date, phone and name``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
