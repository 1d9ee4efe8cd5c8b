"""What steps and rules have in common: who, until when, and what if not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathways import wording
from pathways.compiled import HUMAN_VERBS, CompiledPathway, Hit, Step, contact_of
from pathways.explaining.explanation import capital, sentence
from pathways.journey.chasing import URGENT
from pathways.orders import SPOKEN, said
from pathways.undone import Overdue

_PLAIN = ("assess", "task")
"""Verbs whose task says by its title alone what is to be done."""


def what(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """What happens when it starts."""
    match step.verb:
        case "schedule":
            yield (
                f"An appointment of {step.minutes} minutes is booked for "
                f"{wording.role(step.service)}, in the earliest slot that is free."
            )
            yield (
                "The patient is told, and reminded a day before. When nobody says by the end of "
                f"the next business day whether it was kept, {wording.the(step.by)} is asked."
            )
        case "notify":
            yield (
                f'The message "{wording.message_title(pathway, step.message)}" '
                f"({step.message}) is sent to {wording.the(step.to)}."
            )
            if step.to in ("patient", "caregiver") and not step.response:
                yield "It waits for contact hours and needs consent; without it, it is withheld."
            if step.shares:
                yield (
                    f"It tells of the patient ({wording.listed(step.shares)}): it goes only where "
                    "the patient lets the caregiver know of that."
                )
        case "decide":
            yield f"Careway decides by a table, at once. {_HIT[step.hit]}:"
            yield from _table(step, pathway)
        case "monitor":
            every = wording.every(step.every) if step.every is not None else "regularly"
            yield f"A reading of {wording.label(pathway, step.element)} is expected {every}."
            if step.message:
                yield (
                    "Without one, the patient gets the message "
                    f'"{wording.message_title(pathway, step.message)}".'
                )
            yield f"Without one, {wording.the(step.by)} also gets a task to find out why."
        case "wait":
            yield from _wait(step, pathway)
        case "milestone":
            yield "Nothing is to be done: that it is reached is noted in the timeline."
        case "approve" if step.approvers:
            who = wording.listed(wording.the(name) for name in step.approvers)
            yield f'{capital(who)} get a task each, "{step.title}": {wording.deed(step, pathway)}.'
            if step.must:
                yield "The first rejection by one who must approve rejects the plan."
        case _:
            more = "" if step.verb in _PLAIN else f": {wording.deed(step, pathway)}"
            yield f'{capital(wording.the(step.by))} gets the task "{step.title}"{more}.'
    if step.verb == "educate" and step.message:
        yield (
            f'When it is done, the patient gets "{wording.message_title(pathway, step.message)}".'
        )
    if step.verb == "plan":
        yield "The plan is a draft until it is approved."
    if step.verb == "approve":
        yield "A rejected plan goes back to its owner, who has 2 business days to revise it."
        yield "After a second rejection a case conference is due within 5 business days."


_HIT: dict[Hit, str] = {
    "first": "The first row that holds counts",
    "unique": "No two rows can hold at once",
    "any": "Rows that hold at once decide the same",
}


def _table(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    for row in step.table:
        sets = wording.listed(
            f"{wording.label(pathway, name)} is {wording.constant(value)}"
            for name, value in row.set.items()
        )
        words = "" if row.when is None else wording.condition(row.when, pathway)
        yield f"- {f'if {words}' if words else 'otherwise'}: {sets} (line {row.line})."


def _wait(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    if step.until is not None:
        until = wording.condition(step.until, pathway)
        yield f"Careway waits until {until}, but at most {step.due}."
    else:
        yield f"Careway waits for {step.due}."


def needs(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """What it asks for."""
    for name in step.collect:
        element = pathway.data.get(name)
        yield f"- {wording.label(pathway, name)} ({name}){_accepted(pathway, name)}"
        if element is not None and element.fresh is not None:
            yield f"  It counts as known for {element.fresh}."
    for name in step.instruments:
        instrument = pathway.instruments.get(name)
        if instrument is not None:
            yield f"- {instrument.title} ({name}), {len(instrument.items)} questions"


def _accepted(pathway: CompiledPathway, name: str) -> str:
    element = pathway.data.get(name)
    if element is None:
        return ""
    if element.options:
        return f": {wording.listed(element.options, 'or')}"
    if element.low is not None and element.high is not None:
        low, high = wording.constant(element.low), wording.constant(element.high)
        return f": {low} to {high} {wording.unit(element.unit)}".rstrip()
    return ": yes or no" if element.type == "boolean" else ""


def who(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """The owner, and who else may close its task."""
    owner = wording.the(step.by)
    if step.verb in HUMAN_VERBS:
        yield f"{capital(owner)} owns it."
        supervisor = capital(wording.the(pathway.supervisor))
        yield f"{supervisor}, and whoever it was escalated to, may close it too."
    elif step.verb == "schedule":
        yield f"Careway books it; {owner} takes over when no slot is free."
    elif step.verb == "monitor":
        yield f"Careway watches; {owner} follows up when a reading is missing."
    else:
        yield "Careway does it by itself; no person owns it."


def due(step: Step) -> Iterator[str]:
    """How soon."""
    if step.response:
        yield sentence(f"response class {step.response}: {wording.RESPONSES[step.response]}")
    if step.verb == "wait":
        yield sentence(f"it lasts {wording.due(step)}")
        return
    if not wording.owner_of(step):
        yield "It is done at once, so it has no due time."
        return
    thing = "The appointment" if step.verb == "schedule" else "It"
    closes = step.window is not None and step.window.closes is not None and step.every is None
    if step.due is None:
        if closes:
            yield f"{thing} is due when its window closes."
        return
    soon = wording.within(step.due)
    if step.verb == "schedule":
        yield f"{thing} is due {soon} of the start."
    elif step.verb == "monitor":
        yield f"The follow-up of a missing reading is due {soon}."
    else:
        yield f"It is due {soon} of its start."
    if closes:
        yield "When its window closes before, it is due then."


def overdue(step: Step) -> Iterator[str]:
    """Reminders and escalations."""
    if step.verb == "schedule" and step.overdue:
        yield "Of a task that it leads to (no slot is free, or it was missed):"
    for line in step.overdue:
        yield f"- {late(line)}."
    if step.overdue:
        yield "It stays open; the last escalation is repeated every week until it is closed."


def late(line: Overdue) -> str:
    """One line of it: ``2 days after the due time: it is escalated to the nurse manager``."""
    return f"{_moment(line)}: {_action(line)}"


def _moment(line: Overdue) -> str:
    if line.after is not None:
        return f"{line.after} after the due time"
    if line.percent == 100:
        return "when the time is up"
    return f"at {line.percent} % of the time allowed"


def _action(line: Overdue) -> str:
    if line.action == "remind":
        return f"{wording.the(line.to)} is reminded"
    return f"it is escalated to {wording.the(line.to)}"


def in_other_languages(step: Step) -> Iterator[str]:
    """What patients read in their own language."""
    yield from translated(step.titles)
    yield from translated(step.topics, "what is taught, ")


def translated(texts: Mapping[str, str], of: str = "") -> Iterator[str]:
    """Texts by language, a line each."""
    for language, text in sorted(texts.items()):
        yield f"- {of}{language}: {text}"


def reaching(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """What happens when a contact reaches nobody; nothing of what is no contact."""
    if not contact_of(step):
        return
    yield "Completed as unable-to-reach, it is an attempt: it is recorded, and the task stays open."
    for part in unreachable(step, pathway):
        yield sentence(part)
    yield "The due time, the reminders and the escalations stay as they are."


def unreachable(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """What follows when nobody answers, part by part, without a full stop."""
    plan, whom = step.unreachable, contact_of(step) or "patient"
    most = "one attempt" if plan.attempts == 1 else f"up to {plan.attempts} attempts"
    if plan.attempts > 1 and step.response in URGENT:
        most += ", the next at once each time"
    elif plan.attempts > 1:
        most += f" on different days, the next {plan.again} later at the earliest"
    yield most
    if plan.message in pathway.messages:
        title = wording.message_title(pathway, plan.message)
        yield f'then {wording.the(whom)} gets the message "{title}" ({plan.message})'
    told = wording.the(plan.inform or pathway.supervisor)
    yield f"{told} gets a task to look into it"
    titles = {one.id: one.title for stage in pathway.stages for one in stage.steps}
    for other in plan.start:
        yield f'"{titles.get(other, other)}" starts'


def source(step: Step, pathway: CompiledPathway) -> Iterator[str]:
    """What it rests on."""
    if step.evidence:
        yield sentence(pathway.evidence.get(step.evidence, step.evidence))


def order(step: Step) -> str:
    """What it asks of a thing, with its rank among contradictory orders; empty: nothing."""
    if step.order is None:
        return ""
    return f"{said(step.order)} (rank {step.order.rank}, {SPOKEN[step.order.rank]})"


def contested(step: Step) -> Iterator[str]:
    """What happens when something else orders the opposite (X8)."""
    if step.order is None:
        return
    yield f"It orders: {order(step)}."
    decides = wording.the(step.order.by) if step.order.by else "the patient's physician"
    within = "within four hours" if step.order.treatment else "within 2 business days"
    yield (
        f"While another open step or rule orders something else of {step.order.on}, {decides} "
        f"decides {within}; until then nothing of either reaches the patient, and the least "
        "intensive applies."
    )
