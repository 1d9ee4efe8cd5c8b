"""Words that drawings and explanations share: roles, spans, conditions, what a step is.

English only, without markup. Nothing here decides anything: it says what the compiled pathway
says, and the defaults of the kernel where the pathway is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from pathways.compiled import (
    HUMAN_VERBS,
    CompiledPathway,
    DataElement,
    Expr,
    Hit,
    Response,
    Rule,
    Step,
    Verb,
)
from pathways.conditions import say
from pathways.conditions.wording import shown as constant
from pathways.spans import Span
from pathways.undone import Overdue

VERBS: Mapping[Verb, str] = {
    "assess": "Assessment",
    "decide": "Decision",
    "plan": "Care plan",
    "approve": "Approval",
    "schedule": "Appointment",
    "notify": "Message",
    "educate": "Teaching",
    "refer": "Referral",
    "authorize": "Authorization",
    "reconcile": "Reconciliation",
    "monitor": "Monitoring",
    "task": "Task",
    "transition": "Hand-over",
    "wait": "Wait",
    "milestone": "Milestone",
}
"""What a step of each verb is called."""

RESPONSES: Mapping[Response, str] = {
    "RT-911": "an emergency: staff answers within 5 minutes and the patient calls 911",
    "RT-ED": "the patient goes to the emergency department now; staff calls back within 15 minutes",
    "RT-2H": "staff calls back within 2 hours, on any day",
    "RT-SD": "staff makes contact the same day",
    "RT-24H": "staff makes contact within 24 hours",
    "RT-1BD": "by the end of the next business day",
    "RT-3BD": "within 3 business days",
    "RT-NV": "at the next visit, within 30 days",
}
"""Response classes in words (docs/clinical.md; product defaults)."""

__all__ = [
    "RESPONSES",
    "VERBS",
    "approvals",
    "approvers",
    "condition",
    "constant",
    "deed",
    "due",
    "escalations",
    "every",
    "label",
    "listed",
    "message_title",
    "owner_of",
    "owners",
    "place",
    "readable",
    "role",
    "target",
    "the",
    "trigger",
    "unit",
    "within",
]

_HIT: Mapping[Hit, str] = {
    "first": ", the first that holds",
    "unique": " that exclude each other",
    "any": " that agree with each other",
}
_UNITS: Mapping[str, str] = {
    "1": "",
    "Cel": "°C",
    "[degF]": "°F",
    "mm[Hg]": "mmHg",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "10*3/uL": "thousand/µL",
    "10*9/L": "billion/L",
    "/d": "a day",
    "h": "hours",
    "h/wk": "hours a week",
    "{score}": "",
}
_STEP_FACTS = frozenset({"done", "declined", "missed", "outcome"})


def role(name: str) -> str:
    """``case-manager`` as people say it."""
    return name.replace("-", " ")


def the(name: str) -> str:
    """``the case manager``, but ``primary care``: a place, not a person."""
    return role(name) if name == "primary-care" else f"the {role(name)}"


def listed(parts: Iterable[str], word: str = "and") -> str:
    """``a, b and c``."""
    found = list(parts)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {word} {found[-1]}"


def every(span: Span) -> str:
    """``every week``, ``every 3 months``."""
    unit = span.unit.replace("-", " ")
    return f"every {unit}" if span.n == 1 else f"every {span}"


def within(span: Span) -> str:
    """``within 7 days``, ``the same day``."""
    return str(span) if span.unit == "same-day" else f"within {span}"


def condition(expr: Expr, pathway: CompiledPathway) -> str:
    """A condition in plain words, with the labels of data and the titles of steps."""
    return say(_titled(expr, _titles(pathway)), readable(pathway.data))


def readable(data: Mapping[str, DataElement]) -> dict[str, DataElement]:
    """The data elements with units as people write them (UCUM is for machines)."""
    return {name: replace(element, unit=unit(element.unit)) for name, element in data.items()}


def unit(ucum: str) -> str:
    """``mm[Hg]`` is mmHg; a plain count has none."""
    return _UNITS.get(ucum, ucum)


def _titles(pathway: CompiledPathway) -> dict[str, str]:
    return {step.id: step.title for stage in pathway.stages for step in stage.steps}


def _titled(expr: object, titles: Mapping[str, str]) -> object:
    """The condition with the ids of steps replaced by their titles, for reading only."""
    if not isinstance(expr, list) or not expr:
        return expr
    if expr[0] in _STEP_FACTS and len(expr) == 2:
        return [expr[0], titles.get(expr[1], expr[1])]
    if expr[0] == "or":
        expr = _gathered(_decided(expr))
        if expr[0] != "or":
            return _titled(expr, titles)
    return [expr[0], *(_titled(part, titles) for part in expr[1:])]


def _decided(either: Expr) -> Expr:
    """Without "or it has not ended yet", which only makes what comes after wait."""
    done = {part[1] for part in either[1:] if isinstance(part, list) and part[0] == "done"}

    def waits(part: Any) -> bool:
        if isinstance(part, list) and part[0] == "and":
            return waits(part[-1])
        return part in [["=", ["outcome", step], ""] for step in done]

    parts = [part for part in either[1:] if not waits(part)]
    return ["or", *parts] if len(parts) > 1 else parts[0]


def _gathered(either: Expr) -> Expr:
    """``risk = 'low' or risk = 'high'`` as ``risk in ['low', 'high']``: the same, and shorter."""
    parts: list[Any] = []
    for part in either[1:]:
        equal = isinstance(part, list) and part[0] == "=" and isinstance(part[2], str)
        before = parts[-1] if parts else None
        if equal and isinstance(before, list) and before[0] == "in" and before[1] == part[1]:
            parts[-1] = ["in", before[1], [*before[2], part[2]]]
        else:
            parts.append(["in", part[1], [part[2]]] if equal else part)
    restored = [
        ["=", part[1], part[2][0]]
        if isinstance(part, list) and part[0] == "in" and len(part[2]) == 1
        else part
        for part in parts
    ]
    return ["or", *restored] if len(restored) > 1 else restored[0]


def owner_of(step: Step) -> str:
    """The role that does a step, or is asked when it fails; "" when Careway does it alone."""
    return step.by if step.verb in HUMAN_VERBS or step.verb in ("schedule", "monitor") else ""


def owners(step: Step) -> str:
    """The owner as people say it; of several approvers all: ``primary care, or pharmacist``."""
    if not step.approvers:
        return role(owner_of(step))
    parts = (" and ".join(map(role, step.must)), " or ".join(map(role, step.may)))
    return ", ".join(part for part in parts if part)


def approvals(step: Step) -> int:
    """How many of several approvers have to approve."""
    return step.quorum or max(1, len(step.must))


def approvers(step: Step) -> str:
    """``primary care must, pharmacist or specialist may, 2 approvals in all``."""
    parts = [
        f"{listed(map(role, step.must))} must" if step.must else "",
        f"{listed(map(role, step.may), 'or')} may" if step.may else "",
        f"{approvals(step)} in all" if step.may else "",
    ]
    return ", ".join(part for part in parts if part)


def due(step: Step) -> str:
    """How soon, in two or three words; "" when a step takes no time."""
    if step.verb == "wait" and step.due is not None:
        return f"at most {step.due}" if step.until is not None else f"for {step.due}"
    if step.verb == "monitor" and step.every is not None:
        return f"a reading {every(step.every)}"
    if step.due is None or not owner_of(step):
        return ""
    return within(step.due)


def escalations(overdue: Sequence[Overdue]) -> str:
    """Who hears of it when a step is late: ``nurse manager, then program manager``."""
    chain = [
        f"{role(line.to)} after {line.after}" if line.after is not None else _reached(line)
        for line in overdue
        if line.action == "escalate"
    ]
    return ", then ".join(chain)


def _reached(line: Overdue) -> str:
    """At 100 % and at 150 % is the rule, so only other shares of the time are said."""
    usual = line.percent in (100, 150)
    return role(line.to) if usual else f"{role(line.to)} at {line.percent} %"


def target(go: str, disposition: str, titles: Mapping[str, str]) -> str:
    """Where a branch leads, as a title or a discharge with its disposition."""
    if go != "discharge":
        return titles.get(go, role(go))
    return f"discharge: {role(disposition)}"


def trigger(rule: Rule, pathway: CompiledPathway) -> str:
    """When a rule fires: the reported event, the condition, or both."""
    event = f'"{role(rule.on)}" is reported' if rule.on else ""
    test = condition(rule.when, pathway) if rule.when is not None else ""
    return f"{event} and {test}" if event and test else event or test


def deed(step: Step, pathway: CompiledPathway) -> str:
    """What a step does, as a short phrase: ``book foot exam (30 minutes)``."""
    match step.verb:
        case "schedule":
            return f"book {role(step.service)} ({step.minutes} minutes)"
        case "notify":
            return f'send "{message_title(pathway, step.message)}" to {the(step.to)}'
        case "educate":
            return f"teach: {step.topic}"
        case "refer":
            return f"refer to {role(step.service)}"
        case "authorize":
            return f"obtain the authorization of {role(step.service)}"
        case "reconcile":
            return "reconcile the medicines"
        case "plan":
            return "make the next version of the care plan"
        case "approve":
            found = f'approve or reject "{_titles(pathway).get(step.of, step.of)}"'
            return f"{found} ({approvers(step)})" if step.approvers else found
        case "monitor":
            return f"watch for {label(pathway, step.element)}"
        case "transition":
            held = f", with a packet of {listed(step.packet)}" if step.packet else ""
            return f"hand over to {role(step.to)}{held}"
        case "decide":
            rows = len(step.table)
            return f"decide by a table of {rows} row{'' if rows == 1 else 's'}{_HIT[step.hit]}"
        case "wait":
            return "wait"
        case "milestone":
            return "note that it is reached"
        case _:
            return "ask and record" if step.collect or step.instruments else "do and report"


def label(pathway: CompiledPathway, element: str) -> str:
    """What a data element is called."""
    found = pathway.data.get(element)
    return found.label if found is not None and found.label else role(element)


def message_title(pathway: CompiledPathway, message: str) -> str:
    """The subject of a message in English, or its id."""
    texts = pathway.messages.get(message, {})
    return texts["en"].subject if "en" in texts and texts["en"].subject else role(message)


def place(pathway: CompiledPathway, line: int) -> str:
    """``definitions/pathways/x.yaml:120``, so that an editor can jump there."""
    return f"{pathway.source}:{line}"


def episodes(pathway: CompiledPathway) -> Iterator[str]:
    """What hospital stays do to the pathway, a sentence each."""
    ours = pathway.episodes
    if ours is None:
        return
    titles = _titles(pathway)
    if ours.again:
        ends = listed(ours.after, "or")
        yield f"Who left as {ends} begins a new episode, linked to the old one, when {ours.again}."
    if ours.anew:
        yield f"A new episode asks anew: {listed(label(pathway, name) for name in ours.anew)}."
    if ours.date:
        yield f"{label(pathway, ours.date)} is the day of the latest discharge."
    if ours.readmission:
        yield (
            f"{label(pathway, ours.readmission)}: yes, when the stay began up to 30 days after the "
            "discharge before."
        )
    if ours.waits:
        yield (
            f"A patient who goes on to {listed(ours.waits, 'or')} is waited for; "
            f"{role(ours.packet)} sends the packet there the same day."
        )
    if ours.cancels:
        names = listed(titles.get(name, name) for name in ours.cancels)
        yield f"An admission cancels what is open of: {names}."
    if ours.notice:
        yield f"{role(ours.notice)} puts word of an admission into the chart by day 2."
