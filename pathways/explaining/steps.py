"""A step in plain English."""

from __future__ import annotations

from collections.abc import Iterator

from pathways import wording
from pathways.compiled import HUMAN_VERBS, CompiledPathway, Stage, Step, contact_of
from pathways.explaining import duties
from pathways.explaining.explanation import Explanation, capital, section
from pathways.undone import UNABLE_TO_REACH
from pathways.windows import Window, in_words


def explain_step(pathway: CompiledPathway, stage: Stage, step: Step) -> Explanation:
    """What happens, who, when, until when, and what if it does not."""
    return Explanation(
        kind="step",
        id=step.id,
        title=step.title,
        place=wording.place(pathway, step.line),
        sections=(
            *section("What happens", duties.what(step, pathway)),
            *section("What it asks for", duties.needs(step, pathway)),
            *section("Who", duties.who(step, pathway)),
            *section("When it starts", _starts(pathway, stage, step)),
            *section("Due", duties.due(step)),
            *section("If it is overdue", duties.overdue(step)),
            *section("If it is declined", _declined(pathway, stage, step)),
            *section("If nobody is reached", _unreachable(pathway, stage, step)),
            *section("If the appointment is missed", _missed(pathway, step)),
            *section("How it may end", _ends(step)),
            *section("Afterwards", _followers(pathway, stage, step)),
            *section("Shared with other pathways", _shared(step)),
            *section("If it contradicts another order", duties.contested(step)),
            *section("In other languages", duties.in_other_languages(step)),
            *section("Source", duties.source(step, pathway)),
        ),
    )


def _starts(pathway: CompiledPathway, stage: Stage, step: Step) -> Iterator[str]:
    titles = {one.id: one.title for one in stage.steps}
    after = wording.listed(f'"{titles.get(other, other)}"' for other in step.after)
    yield f'It belongs to the stage "{stage.title}" ({stage.phase}).'
    if step.after:
        ended = "has" if len(step.after) == 1 else "have"
        yield f"It comes after {after} {ended} ended, or {ended} certainly not been needed."
    for group in step.after_any:
        names = wording.listed((f'"{titles.get(other, other)}"' for other in group), "or")
        yield f"It comes as soon as one is done of {names}; when none can be, it is not needed."
    if step.when is not None:
        yield f"Only if {wording.condition(step.when, pathway)}."
        yield (
            "While that is unknown, it waits; it is judged again whenever the patient's data "
            "change, as long as the stage lasts."
        )
    if not step.behind and step.when is None:
        yield "It becomes ready as soon as the stage is entered."
    if step.delay is not None:
        yield f"It starts {step.delay} after it became ready."
    if step.window is not None:
        yield from _windowed(pathway, step.window, step)
    yield from _repeats(pathway, step)
    yield from _started_by(pathway, stage, step)


def _windowed(pathway: CompiledPathway, window: Window, step: Step) -> Iterator[str]:
    label = wording.label(pathway, window.of)
    yield f"Its window is {in_words(window, label)}; while that date is unknown, it waits."
    if window.closes is not None:
        ends = "Its series ends" if step.every is not None else "It is due"
        yield f"{ends} when the window closes; what could not begin by then is left out."
    yield f"When {label} is corrected, whatever is not yet done moves with it."


def _repeats(pathway: CompiledPathway, step: Step) -> Iterator[str]:
    if step.every is not None and step.verb != "monitor":
        times = f", {step.times} times in all" if step.times else ", as long as the stage lasts"
        yield f"It comes again {wording.every(step.every)}{times}."
    if step.until is not None and step.verb != "wait":
        yield f"It ends for good once {wording.condition(step.until, pathway)}."


def _started_by(pathway: CompiledPathway, stage: Stage, step: Step) -> Iterator[str]:
    for other in stage.steps:
        if step.id in other.declined.start:
            yield f'It also starts when "{other.title}" is declined.'
        if step.id in other.unreachable.start:
            yield f'It also starts when nobody is reached for "{other.title}".'
    for rule in pathway.rules:
        if rule.do is not None and step.id in rule.do.unreachable.start:
            yield f'It also starts when nobody is reached for "{rule.do.title}".'
        if rule.start == step.id:
            yield (
                f'Rule "{rule.id}" also starts it at once: when {wording.trigger(rule, pathway)}.'
            )


def _declined(pathway: CompiledPathway, stage: Stage, step: Step) -> Iterator[str]:
    if step.verb not in HUMAN_VERBS and step.verb != "schedule":
        return
    yield "That is recorded with the reason, never as a failure, and never becomes overdue."
    no = step.declined
    if step.safety_critical:
        yield "It is critical for safety, so someone is told in any case."
    informed = no.inform or (pathway.supervisor if step.safety_critical else "")
    if informed:
        yield f"{capital(wording.the(informed))} is told, with a task due in 1 business day."
    for other in no.start:
        yield f'"{_title(pathway, other)}" starts instead.'
    if any(step.id in other.after for other in stage.steps):
        fate = "go on" if no.go_on else "are left out"
        yield f"Steps that come after it {fate}."
    if no.reoffer:
        yield "It is offered again at the next reevaluation."


def _unreachable(pathway: CompiledPathway, stage: Stage, step: Step) -> Iterator[str]:
    yield from duties.reaching(step, pathway)
    if contact_of(step):
        following = any(step.id in other.after for other in stage.steps)
        goes_on = "; steps that come after it go on" if following else ""
        yield f"After the last attempt the step has ended as missed{goes_on}."


def _missed(pathway: CompiledPathway, step: Step) -> Iterator[str]:
    missed = step.missed
    if missed is None:
        return
    yield (
        f"{capital(wording.the(missed.by))} calls the patient {wording.within(missed.outreach)}, "
        f"and a new appointment is made {wording.within(missed.rebook)}."
    )
    if missed.escalate:
        yield (
            "After a second miss in a row it is asked what stands in the way; from the third on "
            f"{wording.the(missed.escalate)} takes over."
        )


def _ends(step: Step) -> Iterator[str]:
    ends = (*step.outcomes, UNABLE_TO_REACH) if contact_of(step) else step.outcomes
    if step.outcomes:
        yield f"As {wording.listed(map(wording.role, dict.fromkeys(ends)), 'or')}."


def _followers(pathway: CompiledPathway, stage: Stage, step: Step) -> Iterator[str]:
    following = [f'"{other.title}"' for other in stage.steps if step.id in other.behind]
    if following:
        comes = "comes" if len(following) == 1 else "come"
        yield f"{wording.listed(following)} {comes} after it."
    for element in dict.fromkeys((*step.collect, *_set_by(step))):
        rules = [f'"{rule.id}"' for rule in pathway.rules if element in rule.reads]
        if rules:
            judged = "rule" if len(rules) == 1 else "rules"
            label = wording.label(pathway, element)
            yield f"{label} is judged by the {judged} {wording.listed(rules)}."


def _set_by(step: Step) -> Iterator[str]:
    for row in step.table:
        yield from row.set


def _shared(step: Step) -> Iterator[str]:
    if step.same:
        yield (
            f'As "{step.same}": when another pathway of the patient does the same at about the '
            "same time, it is done once."
        )


def _title(pathway: CompiledPathway, step: str) -> str:
    return next((s.title for stage in pathway.stages for s in stage.steps if s.id == step), step)
