"""Episodes: what a pathway says of hospital stays must be there, and must be able to come about."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.language.definition import Definition, Path, unknown
from pathways.language.issues import Issue, Related, suggest

DISCHARGED = "discharged"


def episodes(definition: Definition) -> Iterator[Issue]:
    """Names that are not declared, and episodes that never begin again."""
    if definition.pathway.episodes is None:
        return
    yield from _names(definition)
    yield from _roles(definition)
    yield from _again(definition)


def _names(definition: Definition) -> Iterator[Issue]:
    ours = definition.pathway.episodes
    if ours is None:
        return
    data = {name: definition.key("data", name) for name in definition.pathway.data}
    for field, kind in (("date", "date"), ("readmission", "boolean")):
        name = getattr(ours, field)
        if name is None:
            continue
        element = definition.pathway.data.get(name)
        place = definition.place("episodes", field)
        if element is None:
            message = f'"{name}" is not a data element of this pathway.'
            yield unknown("unknown-data", message, name, place, data)
        elif element.type != kind:
            yield Issue(
                "bad-episodes",
                f'"{field}" needs a {kind}, and "{name}" is a {element.type}.',
                place,
                related=(Related(data[name], "It is declared here."),),
            )
    for i, name in enumerate(ours.anew):
        if name not in data and name not in definition.shelf.instruments:
            message = f'"{name}" is neither a data element of this pathway nor an instrument.'
            place = definition.place("episodes", "anew", i)
            yield unknown("unknown-data", message, name, place, data)
    deeds = {deed.id: definition.place(*path, "id") for path, deed in definition.deeds}
    for i, name in enumerate(ours.cancels):
        if name not in deeds:
            message = f'"{name}" is neither a step nor a rule of this pathway.'
            place = definition.place("episodes", "cancels", i)
            yield unknown("unknown-step", message, name, place, deeds)


def _roles(definition: Definition) -> Iterator[Issue]:
    for field in ("packet", "notice"):
        name = getattr(definition.pathway.episodes, field)
        if name is not None and name not in definition.roles:
            yield Issue(
                "unknown-role",
                f'"{name}" is not a role of this pathway.',
                definition.place("episodes", field),
                related=(Related(definition.key("roles"), "The roles are listed here."),),
                hint=suggest(name, definition.roles),
            )


def _again(definition: Definition) -> Iterator[Issue]:
    ours = definition.pathway.episodes
    if ours is None:
        return
    if ours.again is not None and ours.again != DISCHARGED:
        yield _bad(
            definition,
            ("episodes", "again"),
            f'No episode begins with "{ours.again}": it begins when the patient is "{DISCHARGED}".',
        )
    if (ours.again is None) != (not ours.after):
        said, missing = ("after", "again") if ours.again is None else ("again", "after")
        yield _bad(
            definition,
            ("episodes", said),
            f'"{said}" needs "{missing}": how one leaves, and what brings one back.',
        )
    if ours.waits and ours.packet is None:
        message = '"waits" needs "packet": the role that sends the packet to where the patient is.'
        yield _bad(definition, ("episodes", "waits"), message)
    ends = set(_dispositions(definition))
    for i, name in enumerate(ours.after):
        if name not in ends:
            text = f'Nobody leaves this pathway as "{name}".'
            place = definition.place("episodes", "after", i)
            yield Issue("bad-episodes", text, place, hint=suggest(name, ends))


def _dispositions(definition: Definition) -> Iterator[str]:
    yield "to-facility"  # of whom an episode waits for
    for stage in definition.pathway.stages:
        for branch in stage.next:
            if branch.go == "discharge":
                yield branch.disposition or "completed"
    for found in definition.rules:
        if found.rule.go == "discharge":
            yield found.rule.disposition or "completed"


def _bad(definition: Definition, path: Path, message: str) -> Issue:
    return Issue("bad-episodes", message, definition.place(*path))
