"""Changes of what a pathway says as a whole: what it shares with others, its medicine rules,
hospital stays and contact budget, and the age at which an observation is no alarm."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from pathways.compiled import CompiledPathway, Episodes, Step
from pathways.mutants import spans
from pathways.mutants.mutant import Operator, other_role


class Other(Struct, frozen=True):
    """Another pathway, changed in one place; ``of`` is what was changed, in words that cannot be
    the id of a step."""

    operator: Operator
    of: str
    name: str
    sentence: str
    line: int
    pathway: CompiledPathway


def others(pathway: CompiledPathway) -> Iterator[Other]:
    """Every change of what is said of the pathway as a whole."""
    if pathway.medicine_rules:
        text = "nobody looks at the medication list as a whole"
        changed = replace(pathway, medicine_rules=())
        yield Other("dropped", "medicine rules", "dropped", text, 0, changed)
    most = pathway.contacts_a_week
    for other in (most - 1, most + 1) if most else ():
        text = f"a patient may have {other} contacts in a week instead of {most}"
        changed = replace(pathway, contacts_a_week=other)
        yield Other("threshold", "contact budget", f"{most} -> {other}", text, 0, changed)
    if pathway.alarm_age is not None:
        for age in spans.others(pathway.alarm_age):
            text = f"an observation alarms nobody after {age} instead of {pathway.alarm_age}"
            changed = replace(pathway, alarm_age=age)
            yield Other("delay", "alarm age", f"{pathway.alarm_age} -> {age}", text, 0, changed)
    shared = _unshared(pathway)
    if shared != pathway:
        text = "nothing is done together with another pathway because both call it the same"
        yield Other("dropped", "shared steps", "dropped", text, 0, shared)
    if pathway.episodes is not None:
        yield from _of_episodes(pathway, pathway.episodes)


def _unshared(pathway: CompiledPathway) -> CompiledPathway:
    """Without any ``same``. One by one they would rarely be noticed: calls of one week, alarms of
    one role, questions and bookings are shared without it, too."""

    def own(step: Step) -> Step:
        return replace(step, same="") if step.same else step

    stages = tuple(replace(s, steps=tuple(map(own, s.steps))) for s in pathway.stages)
    rules = tuple(r if r.do is None else replace(r, do=own(r.do)) for r in pathway.rules)
    return replace(pathway, stages=stages, rules=rules)


def _of_episodes(pathway: CompiledPathway, ours: Episodes) -> Iterator[Other]:
    def other(operator: Operator, name: str, text: str, **fields: object) -> Other:
        changed = replace(pathway, episodes=replace(ours, **fields))
        return Other(operator, "hospital stays", name, text, ours.line, changed)

    if ours.again:
        text = f"no new episode begins when the patient is {ours.again}"
        yield other("dropped", "again dropped", text, again="")
    for field, text in (
        ("date", "no value takes the date of the discharge"),
        ("readmission", "no value says whether the stay was a readmission"),
        ("notice", "nobody puts word of an admission into the chart"),
    ):
        if getattr(ours, field):
            yield other("dropped", f"{field} dropped", text, **{field: ""})
    for field, text in (
        ("after", "who left as {} is not brought back"),
        ("waits", "an episode does not wait in a {}"),
        ("anew", "a new episode does not ask anew for {}"),
        ("cancels", "an admission does not cancel the work of {}"),
    ):
        names: tuple[str, ...] = getattr(ours, field)
        for name in names:
            rest = tuple(one for one in names if one != name)
            yield other("dropped", f"{field} {name} dropped", text.format(name), **{field: rest})
    for field, does in (("packet", "sends the packet"), ("notice", "puts it into the chart")):
        role = getattr(ours, field)
        if role:
            instead = other_role(role, pathway)
            text = f"the {instead} {does} instead of the {role}"
            yield other("owner", f"{field} {role} -> {instead}", text, **{field: instead})
