"""Medication: the one list of a journey, and its alerts.

Several hits at once are one alert with the highest severity. The same pair alerts again after 90
days, when a dose changes, when a laboratory value that the rule reads has moved by a tenth, and
when it had gone meanwhile; a worse value may hit another rule too (clinical.md 4.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pathways.conditions import prepare
from pathways.journey import foresight, tasks
from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Complete, PatientProfile, Reading
from pathways.journey.state import Enrollment, Source, Task
from pathways.journey.values import fault_in, take
from pathways.medicines.hits import hits, ingredients, mme_known, mme_of
from pathways.medicines.reconciliation import same_lines
from pathways.medicines.rules import (
    CDC_2022,
    CLASS,
    REFERRAL,
    SEVERITIES,
    Finding,
    Medicine,
    MedicineRule,
)
from pathways.spans import Span

SUPPRESSED = 90 * 86_400
"""Seconds for which the same pair at the same doses does not alert again."""
MOVED = 0.1
"""Part of itself by which a laboratory value changes what was alerted of (product default)."""
KEPT = 180 * 86_400
"""Seconds for which a stopped medicine stays on the list."""
ALERT = "medicine-alert"
DUE = {"RT-SD": Span(1, "same-day"), "RT-1BD": Span(1, "business-day"), "RT-NV": Span(30, "day")}


def taken(draft: Draft) -> tuple[Medicine, ...]:
    """What the patient takes now."""
    return tuple(m for m in draft.journey.medicines if not m.stopped)


def joined(draft: Draft, profile: PatientProfile) -> None:
    """Medicines that a referral names and the list does not have yet, with what it says of them."""
    known = {m.name for m in taken(draft)}
    told = [m for m in profile.medicines if m.name not in known]
    named = {name for m in told for name in (m.name, *m.ingredients)} | known
    told += [Medicine(name) for name in profile.medications if name not in named]
    if told:
        new = (replace(m, source=m.source or REFERRAL, started=draft.now) for m in told)
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
    found = [m for m in event.medicines if m.said != "stopped"]
    kept = [m for m in before if m.stopped and now - m.stopped < KEPT]
    pairs = same_lines([m for m in before if not m.stopped], found)
    known = {at for _, at in pairs if at is not None}
    for old, at in pairs:
        if at is None:
            kept.append(replace(old, stopped=now))
            draft.say("medicine-stopped", name=old.name)
            continue
        same = found[at]
        if same.daily != old.daily and same.daily and old.daily:
            draft.say("medicine-dose", name=old.name, was=old.daily, dose=same.daily)
        found[at] = replace(
            same,
            started=old.started,
            since=same.since or old.since,
            source=same.source or old.source,
        )
    for at, new in enumerate(found):
        if at not in known:
            found[at] = replace(new, started=new.started or now, source=new.source or source)
            draft.say("medicine-started", name=new.name, source=new.source or source)
    keep(draft, found, kept)


def keep(draft: Draft, found: Sequence[Medicine], kept: Sequence[Medicine]) -> None:
    """The list is this from now on, with what was stopped lately; it is judged."""
    draft.journey.medicines = (*found, *kept)
    if draft.journey.patient is not None:
        names = tuple(dict.fromkeys(name for m in found for name in m.ingredients))
        draft.journey.patient = replace(draft.journey.patient, medications=names)
    reckon(draft, whole=True)
    judge(draft)


def judge(draft: Draft) -> None:
    """Everything on the list against all rules of all pathways: one alert."""
    running = draft.running()
    found = _findings(draft, running)
    _forget(draft, {one.key for one in found})
    foresight.foresee(draft, running)
    new = [one for one in found if _is_news(draft, one)]
    if not new:
        return
    alerted = {one.key: (draft.now, one.doses) for one in new}
    draft.journey.medicine_alerts = {**draft.journey.medicine_alerts, **alerted}
    values = {one.key: seen for one in new if (seen := _values(draft, one.rule))}
    if values:
        draft.journey.medicine_values = {**draft.journey.medicine_values, **values}
    new.sort(key=lambda one: -SEVERITIES.index(one.rule.severity))
    worst = new[0].rule.severity
    urgency = CLASS[worst]
    enrollment = next(e for e in running if draft.ready(e).pathway.medicine_rules)
    tasks.open_task(
        draft,
        enrollment,
        Source(enrollment.pathway, "", "medicines", draft.serial()),
        kind="medicine-alert",
        title=f"Medicines ({worst}): {new[0].rule.action}",
        owner=tasks.physician(draft, enrollment),
        due=DUE[urgency],
        outcomes=("resolved", "overridden"),
        reasons=tuple(_told(one) for one in new),
        about="medicines",
        urgency=urgency,
    )
    rows = ", ".join(dict.fromkeys(one.rule.row for one in new))
    draft.say("medicine-alert", rules=rows, hard=worst == "contraindicated")


def on_values(draft: Draft, names: tuple[str, ...]) -> None:
    """A value came that a rule reads: the list is judged again."""
    if draft.journey.medicines and any(
        name in draft.ready(e).medicines_reading for e in draft.running() for name in names
    ):
        judge(draft)


def rules_of(draft: Draft) -> tuple[MedicineRule, ...]:
    """The rules about medicines of all pathways that the patient is on."""
    return tuple(rule for e in draft.running() for rule in draft.ready(e).pathway.medicine_rules)


def reckon(draft: Draft, *, whole: bool) -> None:
    """Values that the list itself tells (``from: mme``), when they have changed: not while the
    dose of an opioid on it is unknown, and 0 only of a list that is ``whole``."""
    factors = next((rule.factors or CDC_2022 for rule in rules_of(draft) if rule.mme), None)
    if factors is None or not mme_known(taken(draft), factors):
        return
    value = round(mme_of(taken(draft), factors), 2)
    data = (e for one in draft.running() for e in draft.ready(one).pathway.data.values())
    for name in dict.fromkeys(element.name for element in data if element.reckoned == "mme"):
        last = draft.journey.readings(name)
        reading = Reading(name, value, draft.now)
        if not (value or whole) or value == (last[0].value if last else 0.0):
            continue
        if fault_in(draft, reading) is None:
            take(draft, [reading], "medicines")


def _findings(draft: Draft, running: list[Enrollment]) -> tuple[Finding, ...]:
    """Every hit once, whichever pathway brings the rule. A duplicate is found pair by pair; a
    value is fresh by the pathway whose rule asks for it."""
    found: dict[str, Finding] = {}
    names = ingredients(taken(draft))
    for enrollment in running:
        view = draft.view(enrollment)
        for rule in draft.ready(enrollment).medicine_rules(names):
            about = hits(rule, draft.journey.medicines, draft.now)
            if about and (rule.when is None or prepare(rule.when)(view)):
                for medicines in about:
                    one = Finding(rule, medicines)
                    found.setdefault(one.key, one)
    return tuple(found.values())


def _forget(draft: Draft, found: set[str]) -> None:
    """An alert whose cause has gone is news when it comes back: a medicine was stopped or given
    otherwise, or what was yes is no. A laboratory value that wavers about a limit is none."""
    alerts = draft.journey.medicine_alerts
    gone = [key for key in alerts if key not in found and not _wavers(draft, key)]
    if gone:
        draft.journey.medicine_alerts = {k: v for k, v in alerts.items() if k not in gone}
        values = draft.journey.medicine_values
        draft.journey.medicine_values = {k: v for k, v in values.items() if k not in gone}


def _wavers(draft: Draft, key: str) -> bool:
    names = key.partition(":")[2].split("+")
    if not {m.name for m in taken(draft)}.issuperset(names):
        return False
    seen = draft.journey.medicine_values.get(key, ())
    now = {name: f[0].value for name, _ in seen if (f := draft.journey.readings(name))}
    return bool(seen) and not any(was is True and now.get(name) is False for name, was in seen)


def _values(draft: Draft, rule: MedicineRule) -> tuple[tuple[str, float | str | bool], ...]:
    """What is known of the values that a rule reads."""
    return tuple((n, f[0].value) for n in sorted(rule.reads) if (f := draft.journey.readings(n)))


def _is_news(draft: Draft, one: Finding) -> bool:
    last = draft.journey.medicine_alerts.get(one.key)
    if last is None or last[1] != one.doses or draft.now - last[0] >= SUPPRESSED:
        return True
    before = dict(draft.journey.medicine_values.get(one.key, ()))
    return any(_moved(before.get(n), value) for n, value in _values(draft, one.rule))


def _moved(before: float | str | bool | None, value: float | str | bool) -> bool:
    """Whether a number is another by a tenth. One that was not known before moves nothing."""
    if isinstance(before, str | bool | None) or isinstance(value, str | bool):
        return False
    return abs(value - before) >= MOVED * abs(before) > 0


def _told(one: Finding) -> str:
    rule = one.rule
    names = ", ".join(dict.fromkeys(m.name for m in one.medicines))
    return f"{rule.row} {rule.title} ({names}), {rule.severity}: {rule.action}. {rule.source}"
