"""The fields of a step."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathways import wording
from pathways.comparing.aspects import (
    ELSEWHERE,
    PLACE,
    Aspect,
    Named,
    Side,
    Table,
    condition,
    fields,
    listed,
    raw,
    role,
    rows,
    said,
    span,
    texts,
    yes_or_no,
)
from pathways.comparing.difference import Change
from pathways.compiled import CompiledPathway, Row, Step, contact_of
from pathways.explaining import duties
from pathways.windows import in_words


def _verb(step: Step, pathway: CompiledPathway) -> str:
    return wording.VERBS[step.verb].lower()


def _data(step: Step, pathway: CompiledPathway) -> str:
    return wording.listed(wording.label(pathway, name) for name in step.collect)


def _instruments(step: Step, pathway: CompiledPathway) -> str:
    titles = {name: one.title for name, one in pathway.instruments.items()}
    return wording.listed(titles.get(name, name) for name in step.instruments)


def _after(step: Step, pathway: CompiledPathway) -> str:
    titles = {one.id: one.title for stage in pathway.stages for one in stage.steps}
    return wording.listed(f'"{titles.get(name, name)}"' for name in step.after)


def _after_any(step: Step, pathway: CompiledPathway) -> str:
    titles = {one.id: one.title for stage in pathway.stages for one in stage.steps}
    return "; ".join(
        wording.listed((f'"{titles.get(name, name)}"' for name in group), "or")
        for group in step.after_any
    )


def _overdue(step: Step, pathway: CompiledPathway) -> str:
    return "; ".join(duties.late(line) for line in step.overdue)


def _declined(step: Step, pathway: CompiledPathway) -> str:
    no = step.declined
    parts = [f"{wording.the(no.inform)} is told"] if no.inform else []
    parts += [f'"{name}" starts instead' for name in no.start]
    parts.append("offered again at the next reevaluation" if no.reoffer else "not offered again")
    parts.append("what comes after it goes on" if no.go_on else "what comes after it is left out")
    return "; ".join(parts)


def _missed(step: Step, pathway: CompiledPathway) -> str:
    missed = step.missed
    if missed is None:
        return ""
    then = f"; from the third miss {wording.the(missed.escalate)}" if missed.escalate else ""
    return (
        f"{wording.the(missed.by)} calls {wording.within(missed.outreach)}, "
        f"a new date {wording.within(missed.rebook)}{then}"
    )


def _unreachable(step: Step, pathway: CompiledPathway) -> str:
    return "; ".join(duties.unreachable(step, pathway)) if contact_of(step) else ""


def _order(step: Step, pathway: CompiledPathway) -> str:
    if step.order is None:
        return ""
    decides = wording.the(step.order.by) if step.order.by else "the patient's physician"
    how = "of the treatment" if step.order.treatment else "of a parameter"
    return f"{duties.order(step)}, {how}, intensity {step.order.intensity}; {decides} decides"


def _times(step: Step, pathway: CompiledPathway) -> str:
    return str(step.times) if step.times else "as long as its stage lasts"


def _quorum(step: Step, pathway: CompiledPathway) -> str:
    return str(wording.approvals(step)) if step.approvers else ""


def _message(step: Step, pathway: CompiledPathway) -> str:
    if not step.message:
        return ""
    return f'"{wording.message_title(pathway, step.message)}" ({step.message})'


def _contact(step: Step, pathway: CompiledPathway) -> str:
    return wording.the(contact_of(step)) if contact_of(step) else "nobody"


def _window(step: Step, pathway: CompiledPathway) -> str:
    window = step.window
    return "" if window is None else in_words(window, wording.label(pathway, window.of))


def _row(row: Row, pathway: CompiledPathway) -> str:
    sets = wording.listed(
        f"{wording.label(pathway, name)} is {wording.constant(value)}"
        for name, value in row.set.items()
    )
    test = "otherwise" if row.when is None else f"if {wording.condition(row.when, pathway)}"
    return f"{test}: {sets}"


TABLE_ROW = Aspect("row of the table", "content", _row)

STEP: Table = {
    "id": Aspect("id", "presence", said("id")),
    "verb": Aspect("what it is", "content", _verb),
    "title": Aspect("title", "wording", said("title"), patient=False),
    "titles": Aspect("title in other languages", "wording", texts("titles"), patient=False),
    "line": PLACE,
    "by": Aspect("owner", "owner", role("by")),
    "when": Aspect("starts only if", "condition", condition("when"), expr=True),
    "after": Aspect("comes after", "timing", _after, unordered=True),
    "after_any": Aspect("comes after any of", "timing", _after_any, unordered=True),
    "delay": Aspect("starts so long after it could", "timing", span("delay")),
    "due": Aspect("time allowed", "deadline", span("due")),
    "every": Aspect("comes again every", "timing", span("every")),
    "until": Aspect("ends once", "condition", condition("until"), expr=True),
    "times": Aspect("times at most", "timing", _times),
    "overdue": Aspect("when it is late", "escalation", _overdue),
    "declined": Aspect("when it is declined", "course", _declined),
    "unreachable": Aspect("when nobody is reached", "course", _unreachable),
    "missed": Aspect("when it is missed", "appointment", _missed),
    "response": Aspect("response class", "deadline", said("response")),
    "safety_critical": Aspect("critical for safety", "escalation", yes_or_no("safety_critical")),
    "evidence": Aspect("source", "source", said("evidence"), patient=False),
    "same": Aspect("shared with other pathways as", "sharing", said("same")),
    "collect": Aspect("asks for", "content", _data, unordered=True),
    "instruments": Aspect("questionnaires", "content", _instruments, unordered=True),
    "table": ELSEWHERE,
    "hit": Aspect("which row counts", "content", said("hit"), patient=False),
    "of": Aspect("approves", "content", said("of")),
    "service": Aspect("service", "content", role("service")),
    "minutes": Aspect("length in minutes", "appointment", said("minutes")),
    "to": Aspect("goes to", "content", role("to")),
    "message": Aspect("message", "message", _message),
    "topic": Aspect("topic", "content", said("topic")),
    "topics": Aspect("topic in other languages", "content", texts("topics")),
    "element": Aspect("expects readings of", "content", said("element")),
    "outcomes": Aspect("may end as", "content", listed("outcomes")),
    "contact": Aspect("reaches", "content", _contact),
    "window": Aspect("its window", "timing", _window),
    "order": Aspect("orders", "content", _order),
    "must": Aspect("must approve", "owner", listed("must"), unordered=True),
    "may": Aspect("may approve", "owner", listed("may"), unordered=True),
    "quorum": Aspect("approvals needed", "course", _quorum),
    "packet": Aspect("sections of the packet", "content", listed("packet"), unordered=True),
    "shares": Aspect("tells the caregiver of the patient", "content", listed("shares")),
}


def changed_step(named: Named, old: Side, new: Side) -> Iterator[Change]:
    """What is different about a step that both have."""
    yield from fields(STEP, named, old, new)
    before, after = (old.pathway, old.one.table), (new.pathway, new.one.table)
    if reordered_table(old.one, new.one):
        text = "The rows of its table stand in another order, which has no effect."
        yield named.change("changed", "order", "rows of the table", text, patient=False)
        return
    yield from rows(named, TABLE_ROW, before, after)


def reordered_table(was: Step, now: Step) -> bool:
    """Whether only the order of rows differs, in tables of which any order decides the same."""
    if was.hit == "first" or now.hit == "first":
        return False
    before, after = ([raw(replace(row, line=0)) for row in step.table] for step in (was, now))
    return before != after and sorted(before) == sorted(after)
