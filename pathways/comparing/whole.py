"""A whole pathway compared with another."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathways import wording
from pathways.canonical import digest_of
from pathways.comparing.aspects import (
    ELSEWHERE,
    Aspect,
    Named,
    Side,
    Table,
    condition,
    fields,
    listed,
    role,
    rows,
    said,
    span,
    texts,
)
from pathways.comparing.course import changed_rules, changed_stages, changed_steps
from pathways.comparing.data import (
    changed_data,
    changed_goals,
    changed_instruments,
    changed_messages,
    changed_parameters,
)
from pathways.comparing.difference import Change, Difference, Edition
from pathways.comparing.payers import changed_payers
from pathways.compiled import CompiledPathway, Refusal


def _refusal(refusal: Refusal, pathway: CompiledPathway) -> str:
    return f"{wording.condition(refusal.when, pathway)} ({refusal.because.rstrip('.')})"


def _fragments(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return wording.listed(
        f"{one.fragment} {one.version}{f' as {one.prefix}' if one.prefix else ''}"
        for one in pathway.fragments
    )


def _riders(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return wording.listed(f"{one.rule} of version {one.version}" for one in pathway.riders)


def _medicines(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return "; ".join(
        f"{rule.row} {rule.title}, {rule.severity}: {rule.action} ({rule.source})"
        f"{f' if {wording.condition(rule.when, pathway)}' if rule.when else ''}: "
        f"{' with '.join('/'.join(group) for group in rule.groups) or rule.id}"
        for rule in pathway.medicine_rules
    )


def _contacts(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return str(pathway.contacts_a_week) if pathway.contacts_a_week else "as usual"


def _evidence(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return "; ".join(f"{name}: {cite}" for name, cite in sorted(pathway.evidence.items()))


def _episodes(pathway: CompiledPathway, _: CompiledPathway) -> str:
    return "; ".join(wording.episodes(pathway))


REFUSAL = Aspect("refusal", "for-whom", _refusal)

PATHWAY: Table = {
    "pathway": Aspect("id", "identity", said("pathway")),
    "version": Aspect("version", "identity", said("version"), patient=False),
    "title": Aspect("title", "wording", said("title"), patient=False),
    "titles": Aspect("title in other languages", "wording", texts("titles"), patient=False),
    "stages": ELSEWHERE,
    "rules": ELSEWHERE,
    "icd10": Aspect(
        "for patients with a condition coded", "for-whom", listed("icd10"), unordered=True
    ),
    "roles": Aspect("roles", "wording", listed("roles"), patient=False, unordered=True),
    "data": ELSEWHERE,
    "instruments": ELSEWHERE,
    "goals": ELSEWHERE,
    "eligible": Aspect("only if", "for-whom", condition("eligible"), expr=True),
    "refusals": ELSEWHERE,
    "messages": ELSEWHERE,
    "evidence": Aspect("sources", "source", _evidence, patient=False),
    "medicine_rules": Aspect("rules about medicines", "content", _medicines),
    "contacts_a_week": Aspect("contacts a week at most", "content", _contacts),
    "supervisor": Aspect("supervisor", "escalation", role("supervisor")),
    "source": Aspect("file", "wording", said("source"), patient=False),
    "fragments": Aspect("put together from", "source", _fragments, patient=False),
    "parameters": ELSEWHERE,
    "payers": ELSEWHERE,
    "riders": Aspect("rules of other versions", "source", _riders, patient=False),
    "alarm_age": Aspect("an alarm up to this age", "deadline", span("alarm_age")),
    "episodes": Aspect("hospital stays", "course", _episodes),
    "language": Aspect("version of the language", "wording", said("language"), patient=False),
}


def compare(old: CompiledPathway, new: CompiledPathway) -> Difference:
    """What ``new`` changes. Both may be the same pathway, or two of them."""
    found = list(_changes(old, new))
    return Difference(
        old=_edition(old),
        new=_edition(new),
        changes=tuple(change for change in found if change.patient),
        cosmetic=tuple(change for change in found if not change.patient),
    )


def _edition(pathway: CompiledPathway) -> Edition:
    return Edition(
        pathway=pathway.pathway,
        version=pathway.version,
        title=pathway.title,
        digest=digest_of(pathway),
        file=pathway.source,
    )


def _changes(old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    named = Named("pathway", "", "The whole pathway")
    yield from fields(PATHWAY, named, Side(old, old), Side(new, new))
    yield from rows(named, REFUSAL, (old, old.refusals), (new, new.refusals))
    yield from changed_parameters(old, new)
    yield from changed_goals(old, new)
    yield from changed_stages(old, new)
    yield from changed_steps(old, new)
    yield from changed_rules(old, new)
    yield from changed_data(old, new)
    yield from changed_instruments(old, new)
    yield from changed_messages(old, new)
    yield from changed_payers(old, new)
    yield from _moved_lines(named, old, new)


def _moved_lines(named: Named, old: CompiledPathway, new: CompiledPathway) -> Iterator[Change]:
    """Places in the file, told once: the timeline names them, so they count for the digest."""
    before, after = dict(_lines(old)), dict(_lines(new))
    moved = sum(before[path] != line for path, line in after.items() if path in before)
    if moved:
        text = f"{moved} {'thing stands' if moved == 1 else 'things stand'} on another line."
        yield named.change("changed", "wording", "lines", text, patient=False)


def _lines(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """The line of everything that has one, found by ids where there are any."""
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if name == "line":
                yield path, inner
            yield from _lines(inner, (*path, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, (*path, name))
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            yield from _lines(inner, (*path, getattr(inner, "id", "") or str(place)))
