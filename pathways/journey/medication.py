"""Medication: the one list of a journey, and its alerts.

Several hits at once are one alert with the highest severity. The same pair alerts again after 90
days, or when a dose changes; a worse laboratory value hits another rule (clinical.md 4.4).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pathways.conditions import prepare
from pathways.journey import tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Complete
from pathways.journey.state import Enrollment, Source, Task
from pathways.medicines import CLASS, SEVERITIES, Finding, Medicine, MedicineRule, candidates
from pathways.spans import Span

SUPPRESSED = 90 * 86_400
"""Seconds for which the same pair at the same doses does not alert again."""
KEPT = 180 * 86_400
"""Seconds for which a stopped medicine stays on the list."""
ALERT = "medicine-alert"
DUE = {"RT-SD": Span(1, "same-day"), "RT-1BD": Span(1, "business-day"), "RT-NV": Span(30, "day")}


def taken(draft: Draft) -> tuple[Medicine, ...]:
    """What the patient takes now."""
    return tuple(m for m in draft.journey.medicines if not m.stopped)


def joined(draft: Draft, names: Iterable[str], source: str) -> None:
    """Medicines that a referral names and the list does not have yet."""
    known = {m.name for m in taken(draft)}
    new = [Medicine(n, source=source, started=draft.now) for n in names if n not in known]
    if new:
        draft.journey.medicines = (*draft.journey.medicines, *new)


def check(task: Task, event: Complete, outcome: str) -> None:
    """Raises ``Refused`` where a list comes with other work, or a hard stop without a reason."""
    if event.medicines is not None and task.kind != "reconcile":
        raise Refused(
            "not-a-reconciliation",
            f"Task {task.id} reconciles no medicines: give the list with one that does.",
        )
    if task.kind == ALERT and outcome == "overridden" and not event.note.strip():
        raise Refused("reason-missing", f"Say in a note why task {task.id} is overridden.")


def reconciled(draft: Draft, event: Complete, source: str) -> None:
    """A reconciliation has found the whole list: what is not on it any more was stopped."""
    if event.medicines is None:
        return
    before, now = draft.journey.medicines, draft.now
    found = list(event.medicines)
    kept = [m for m in before if m.stopped and now - m.stopped < KEPT]
    for old in (m for m in before if not m.stopped):
        same = next((m for m in found if (m.name, m.route) == (old.name, old.route)), None)
        if same is None:
            kept.append(replace(old, stopped=now))
            draft.say("medicine-stopped", name=old.name)
        else:
            found[found.index(same)] = replace(
                same, started=old.started, source=same.source or old.source
            )
    for new in found:
        if not new.started:
            found[found.index(new)] = replace(new, started=now, source=new.source or source)
            draft.say("medicine-started", name=new.name, source=new.source or source)
    draft.journey.medicines = (*found, *kept)
    if draft.journey.patient is not None:
        names = tuple(dict.fromkeys(name for m in found for name in m.ingredients))
        draft.journey.patient = replace(draft.journey.patient, medications=names)
    judge(draft)


def judge(draft: Draft) -> None:
    """Everything on the list against all rules of all pathways: one alert."""
    running = draft.running()
    found = _findings(draft, running)
    new = [one for one in found if _is_news(draft, one)]
    if not new:
        return
    alerted = {one.key: (draft.now, one.doses) for one in new}
    draft.journey.medicine_alerts = {**draft.journey.medicine_alerts, **alerted}
    worst = max(new, key=lambda one: SEVERITIES.index(one.rule.severity))
    urgency = CLASS[worst.rule.severity]
    enrollment = next(e for e in running if draft.ready(e).pathway.medicine_rules)
    hard = worst.rule.severity == "contraindicated"
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "medicines", draft.serial()),
        kind="medicine-alert",
        title=f"Medicines ({worst.rule.severity}): {worst.rule.action}",
        owner=tasks.physician(draft, enrollment),
        due=DUE[urgency],
        outcomes=("resolved", "overridden"),
        reasons=tuple(_told(one) for one in new),
        about="medicines",
        urgency=urgency,
    )
    draft.say("medicine-alert", rules=", ".join(one.rule.row for one in new), hard=hard)


def on_values(draft: Draft, names: tuple[str, ...]) -> None:
    """A value came that a rule reads: the list is judged again."""
    if draft.journey.medicines and any(_reads(rule.when, names) for rule in _rules(draft)):
        judge(draft)


def _reads(expr: object, names: tuple[str, ...]) -> bool:
    if isinstance(expr, list):
        return any(_reads(part, names) for part in expr)
    return isinstance(expr, str) and expr in names


def _rules(draft: Draft) -> tuple[MedicineRule, ...]:
    return tuple(rule for e in draft.running() for rule in draft.ready(e).pathway.medicine_rules)


def _findings(draft: Draft, running: list[Enrollment]) -> tuple[Finding, ...]:
    """Every hit once, whichever pathway brings the rule. A duplicate is found ingredient by
    ingredient; a value is fresh by the pathway whose rule asks for it."""
    found: dict[str, Finding] = {}
    for enrollment in running:
        view = draft.view(enrollment)
        for rule in draft.ready(enrollment).pathway.medicine_rules:
            about = candidates(rule, taken(draft))
            if about and (rule.when is None or prepare(rule.when)(view)):
                one = Finding(rule, about)
                found.setdefault(one.key, one)
    return tuple(found.values())


def _is_news(draft: Draft, one: Finding) -> bool:
    last = draft.journey.medicine_alerts.get(one.key)
    return last is None or last[1] != one.doses or draft.now - last[0] >= SUPPRESSED


def _told(one: Finding) -> str:
    rule = one.rule
    names = ", ".join(dict.fromkeys(m.name for m in one.medicines))
    return f"{rule.row} {rule.title} ({names}), {rule.severity}: {rule.action}. {rule.source}"
