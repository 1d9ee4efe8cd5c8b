"""Names: each declared once, and none used that is not declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathways.language.defaults import NO_MESSAGE
from pathways.language.definition import Definition, Path, unknown
from pathways.language.issues import Issue, Place, Related, suggest

RESERVED = frozenset(
    {"age", "sex", "language", "goals-met", "plan-approved", "caregiver", "in-hospital"}
)
"""Names that conditions know without a declaration."""


def duplicate_ids(definition: Definition) -> Iterator[Issue]:
    """Ids are unique: of steps and rules together (both name what is done), and of each
    other kind of its own."""
    pathway = definition.pathway
    deeds = [(deed.id, (*path, "id")) for path, deed in definition.deeds]
    stages = [(s.stage, ("stages", i, "stage")) for i, s in enumerate(pathway.stages)]
    goals = [(goal.id, ("goals", i, "id")) for i, goal in enumerate(pathway.goals)]
    sources = [(e.id, ("evidence", i, "id")) for i, e in enumerate(pathway.evidence)]
    roles = [(role, ("roles", i)) for i, role in enumerate(pathway.roles)]
    for named in (deeds, stages, goals, sources, roles):
        first: dict[str, Place] = {}
        for name, path in named:
            place = definition.place(*path)
            if name in first:
                yield Issue(
                    "duplicate-id",
                    f'The id "{name}" is given twice.',
                    place,
                    related=(Related(first[name], "It is given here first."),),
                    hint="Give each its own id.",
                )
            first.setdefault(name, place)


def reserved_names(definition: Definition) -> Iterator[Issue]:
    """Data elements and terms share one namespace with the words of conditions, and no
    stage may be called ``discharge``, which ends an enrollment."""
    pathway = definition.pathway
    for section, names in (("data", pathway.data), ("terms", pathway.terms)):
        for name in names:
            clash = name in RESERVED or name in definition.shelf.instruments
            if clash or (section == "terms" and name in pathway.data):
                message = f'"{name}" already means something in conditions.'
                yield Issue(
                    "reserved-name", message, definition.key(section, name), hint="Rename it."
                )
    if "discharge" in definition.stage_places:
        message = 'No stage may be called "discharge": that word ends the enrollment.'
        place = definition.stage_places["discharge"]
        yield Issue("reserved-name", message, place, hint='Call it "discharge-care".')


def unknown_steps(definition: Definition) -> Iterator[Issue]:
    known = definition.step_places
    for path, deed in definition.deeds:
        uses: list[tuple[str, Path, str]] = []
        for i, name in enumerate(getattr(deed, "after", ())):
            uses.append((name, ("after", i), 'Step "{0}" comes after "{1}"'))
        for i, name in enumerate(deed.declined.start):
            uses.append((name, ("declined", "start", i), 'When "{0}" is declined, it starts "{1}"'))
        for i, name in enumerate(deed.unreachable.start if deed.unreachable is not None else ()):
            relation = 'When nobody is reached for "{0}", it starts "{1}"'
            uses.append((name, ("unreachable", "start", i), relation))
        approve = getattr(deed, "approve", None)
        if approve is not None:
            uses.append((approve.of, ("approve", "of"), 'Step "{0}" approves "{1}"'))
        start = getattr(deed, "start", None)
        if start is not None:
            uses.append((start, ("start",), 'Rule "{0}" starts "{1}"'))
        for name, where, relation in uses:
            if name not in known:
                message = f"{relation.format(deed.id, name)}, which is not a step of this pathway."
                place = definition.place(*path, *where)
                yield unknown("unknown-step", message, name, place, known)


def unknown_medicines(definition: Definition) -> Iterator[Issue]:
    known = definition.shelf.medicines
    for i, name in enumerate(definition.pathway.medicines):
        if name not in known:
            yield Issue(
                "unknown-medicines",
                f'There are no rules about medicines called "{name}".',
                definition.place("medicines", i),
                hint=suggest(name, known) or "They stand in definitions/medicines.",
            )


def medicine_values(definition: Definition) -> Iterator[Issue]:
    """A value means the same to the pathway and to the rules about medicines that it names."""
    rules = [
        rule
        for name in definition.pathway.medicines
        for rule in definition.shelf.medicines.get(name, ())
    ]
    read = {name: meant for rule in rules for name, meant in rule.reads.items() if meant}
    for name, element in definition.pathway.data.items():
        mine = element.unit if element.type == "quantity" and element.unit else element.type
        if read.get(name, mine) != mine:
            yield Issue(
                "medicine-value",
                f'"{name}" is {mine} here, but {read[name]} to the rules about medicines.',
                definition.place("data", name),
                hint="Rename it, or give it their type and unit.",
            )
        if element.from_ == "mme" and not any(rule.mme for rule in rules):
            yield Issue(
                "medicine-value",
                f'"{name}" is reckoned by a table of equivalents, and no file of medicines has '
                "been named.",
                definition.place("data", name, "from"),
                hint="Add medicines: [common].",
            )


def unknown_stages(definition: Definition) -> Iterator[Issue]:
    known = definition.stage_places
    uses: list[tuple[str, Path]] = []
    for i, stage in enumerate(definition.pathway.stages):
        uses += [(b.go, ("stages", i, "next", j, "go")) for j, b in enumerate(stage.next)]
        if stage.since is not None:
            uses.append((stage.since, ("stages", i, "since")))
    for found in definition.rules:
        uses += [(n, (*found.path, "during", j)) for j, n in enumerate(found.rule.during)]
        if found.rule.go is not None:
            uses.append((found.rule.go, (*found.path, "go")))
    for name, path in uses:
        if name not in known and not (name == "discharge" and path[-1] == "go"):
            message = f'"{name}" is not a stage of this pathway.'
            yield unknown("unknown-stage", message, name, definition.place(*path), known)


def unknown_roles(definition: Definition) -> Iterator[Issue]:
    for name, path in _role_uses(definition):
        if name not in definition.roles:
            yield Issue(
                "unknown-role",
                f'"{name}" is not a role of this pathway.',
                definition.place(*path),
                related=(Related(definition.key("roles"), "The roles are listed here."),),
                hint=suggest(name, definition.roles),
            )


def _role_uses(definition: Definition) -> Iterator[tuple[str, Path]]:
    yield definition.pathway.supervisor, ("supervisor",)
    for i, stage in enumerate(definition.pathway.stages):
        yield stage.by, ("stages", i, "by")
    for path, deed in definition.deeds:
        for verb in type(deed).model_fields:
            by = getattr(getattr(deed, verb), "by", None)
            if by is not None and not getattr(getattr(deed, verb), "approvers", ()):
                yield by, (*path, verb, "by")
        for field in ("must", "may"):
            for i, role in enumerate(getattr(getattr(deed, "approve", None), field, ())):
                yield role, (*path, "approve", field, i)
        if deed.schedule is not None and deed.schedule.missed.escalate is not None:
            yield deed.schedule.missed.escalate, (*path, "schedule", "missed", "escalate")
        if deed.notify is not None and deed.notify.to not in ("patient", "caregiver"):
            yield deed.notify.to, (*path, "notify", "to")
        for i, overdue in enumerate(deed.overdue or ()):
            for name, field in ((overdue.remind, "remind"), (overdue.escalate, "escalate")):
                if name is not None:
                    yield name, (*path, "overdue", i, field)
        if deed.declined.inform is not None:
            yield deed.declined.inform, (*path, "declined", "inform")
        if deed.unreachable is not None and deed.unreachable.inform is not None:
            yield deed.unreachable.inform, (*path, "unreachable", "inform")


def unknown_data(definition: Definition) -> Iterator[Issue]:
    known = {name: definition.key("data", name) for name in definition.pathway.data}
    for path, deed in definition.deeds:
        for verb in ("assess", "task"):
            collect = getattr(getattr(deed, verb, None), "collect", ())
            yield from _unknown_elements(definition, collect, (*path, verb, "collect"), known)
        monitor = getattr(deed, "monitor", None)
        if monitor is not None and monitor.element not in known:
            place = definition.place(*path, "monitor", "element")
            yield unknown_element(monitor.element, place, known)
        decide = getattr(deed, "decide", None)
        for i, row in enumerate(decide.table if decide else ()):
            for name in row.set_:
                if name not in known:
                    place = definition.key(*path, "decide", "table", i, "set", name)
                    yield unknown_element(name, place, known)


def _unknown_elements(
    definition: Definition, names: tuple[str, ...], path: Path, known: Mapping[str, Place]
) -> Iterator[Issue]:
    for i, name in enumerate(names):
        if name not in known:
            yield unknown_element(name, definition.place(*path, i), known)


def unknown_element(name: str, place: Place, known: Mapping[str, Place]) -> Issue:
    message = f'"{name}" is not a data element of this pathway.'
    return unknown("unknown-data", message, name, place, known)


def unknown_instruments(definition: Definition) -> Iterator[Issue]:
    known = definition.shelf.instruments
    for found in definition.steps:
        assess = found.step.assess
        for i, name in enumerate(assess.instruments if assess else ()):
            if name not in known:
                place = definition.place(*found.path, "assess", "instruments", i)
                message = f'There is no instrument "{name}".'
                yield Issue("unknown-instrument", message, place, hint=suggest(name, known))


def unknown_evidence(definition: Definition) -> Iterator[Issue]:
    pathway = definition.pathway
    known = {e.id: definition.place("evidence", i, "id") for i, e in enumerate(pathway.evidence)}
    uses: list[tuple[str | None, Path]] = [(deed.evidence, path) for path, deed in definition.deeds]
    uses += [(stage.evidence, ("stages", i)) for i, stage in enumerate(pathway.stages)]
    uses += [(goal.evidence, ("goals", i)) for i, goal in enumerate(pathway.goals)]
    uses += [(term.evidence, ("terms", name)) for name, term in pathway.terms.items()]
    for name, path in uses:
        if name is not None and name not in known:
            message = f'"{name}" is not in this pathway\'s evidence.'
            place = definition.place(*path, "evidence")
            yield unknown("unknown-evidence", message, name, place, known)


def unknown_messages(definition: Definition) -> Iterator[Issue]:
    own = {name: definition.key("messages", name) for name in definition.pathway.messages}
    for path, deed in definition.deeds:
        for verb in ("notify", "educate", "monitor", "unreachable"):
            name = getattr(getattr(deed, verb, None), "message", None)
            if verb == "unreachable" and name == NO_MESSAGE:
                continue
            if name is None or name in own or name in definition.shelf.messages:
                continue
            place = definition.place(*path, verb, "message")
            message = f'"{deed.id}" sends "{name}", which is not a message.'
            issue = unknown("unknown-message", message, name, place, own)
            if not issue.related:
                hint = suggest(name, [*own, *definition.shelf.messages])
                issue = Issue(issue.code, message, place, hint=hint)
            yield issue
