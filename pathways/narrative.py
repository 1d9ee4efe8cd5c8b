"""The timeline in plain English: one sentence an entry, for nurses and auditors.

Entries carry codes and facts (``pathways.journey.effects.Entry``); the words are here and
nowhere else, so a sentence can be improved without touching a history.

A sentence of ``KINDS`` is a pattern. ``{name:form}`` is a fact of the entry in one of
``_FORMS``; what stands in ``[...]`` is left out when its fact is missing, empty, zero or no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from pathways.calendar.table import CalendarTable, civil, local_day, local_seconds, weekday
from pathways.compiled import CompiledPathway
from pathways.journey.effects import Entry
from pathways.review.sentences import REVIEW_PHRASES, REVIEW_SENTENCES, REVIEW_STATES
from pathways.wording import role as as_spoken
from pathways.wording import the

Fact = str | int | float | bool

KINDS: Mapping[str, str] = {
    # enrollment, stages, goals
    "enrolled": "Enrolled on {title}, version {version}[, by {actor:role}].",
    "referral-linked": "Referred to {pathway:title} again[ by {actor:role}]: "
    "the running enrollment goes on.",
    "referral-to-closed": "Referred to {pathway:title} again[ by {actor:role}], closed "
    "{ended:date} as {disposition:code}: linked to that case.",
    "case-reopened": "The case of {pathway:title} is opened again[ by {actor:role}]: it was closed "
    "{ended:date} as {disposition:code}.",
    "stage-entered": "{title} begins.",
    "stage-left": "{title} is complete; next: {to:target}.",
    "stage-blocked": "{title}: nothing is left to do, but it is not complete.",
    "stage-overdue": "{title} has passed its deadline.",
    "reevaluation-due": "Time to reevaluate ({why:code}).",
    "goal": "Goal {title}: {status:code}.",
    "goal-overdue": "Goal {step:title} is not met by its date.",
    "discharged": "Discharged from {pathway:title}: {disposition:code}.",
    "journey-closed": "The journey is closed: {disposition:code}.",
    # steps
    "milestone": "Reached: {title}.",
    "decided": "{title}: decided by the table[, line {line}].",
    "undecided": "{title}: no row of the decision table applies.",
    "step-shared": "{title}: done recently for another pathway, so not asked again.",
    "closing-left": "{title}: not sent, as {to:title} says it when the program ends.",
    "step-served": "{step:title}: not asked again, as it was told for {by}: {names}.",
    "step-skipped": "{title} is left out ({why:code}).",
    "series-ended": "{title} comes to its end.",
    "window-moved": "{title} is arranged anew: {element:data} is {to} now.",
    "monitor-started": "Watching for {element:data}.",
    "reading-missing": "No reading of {element:data} arrived in time.",
    "rule-fired": "Rule {title} applies[ because of {reason:reason}].",
    # tasks
    "task-opened": "Task {task} for {owner:role}: {title}, due {due:date}"
    "[ (because of {reason:reason})].",
    "superseded": "{title} is superseded by: {by}.",
    "task-shared": "Task {task} serves this pathway too: {title}.",
    "task-reason": "Task {task} has a further cause: {reason:reason}.",
    "task-reminded": "Reminder to {to:role} of task {task}: {title}.",
    "task-escalated": "Escalated to {to:role}: task {task}, {title}.",
    "task-assigned": "Task {task} is handed to {to:role}[, by {actor:role}].",
    "task-done": "Task {task} done[ by {actor:role}]: {title}[ ({outcome:code})]"
    "[{late:?, after its due time}].",
    "attempt": "Attempt {attempt} of {of} to reach {to:role}[ by {actor:role}], {made:date}: "
    "nobody answers ({title})[. {note}][{same_day:?. The same day again, so it is not counted}]"
    "[. To be tried again from {again:date}].",
    "unreachable": "{to:role} could not be reached for {step:title}, in {attempts} attempts.",
    "noted": "Note on task {task}[ by {actor:role}]: {text}",
    "task-declined": "Task {task} declined[ (told to {actor:role})]: {title}[. {outcome}].",
    "task-varied": "Task {task} closed undone[ by {actor:role}]: {title}[. {outcome}].",
    "task-cancelled": "Task {task} is no longer needed: {title}[ ({outcome:code})].",
    "declined": "The patient declines {step:title}: {reason}"
    "[{risk_explained:? (the risk was explained)}].",
    "variance": "Departure from the pathway[ by {actor:role}]: {title}. Reason: {reason}.",
    "team-changed": "The care team changed: {role:role} is another person[, said {actor:role}].",
    # orders that contradict each other
    "order-contested": "{order} is contested (rank {rank}, {basis}): task {task} decides; "
    "until then {default}, and nothing of it goes to the patient.",
    "order-blocked": "{step:title} waits: {why}.",
    "order-released": "{step:title} goes on: {order}.",
    "order-dropped": "{step:title} is left out: {order} was not ordered.",
    "order-decided": "Decided[ by {actor:role}] of {thing:code}: {chosen:code}[. {text}].",
    "hold-cleared": "The hold on {thing:code} is cleared[ by {actor:role}].",
    "task-blocked": "Task {task} is blocked: {title}. {why}.",
    "task-released": "Task {task} goes on: {title}.",
    # medicines
    "medicine-started": "On the medication list: {name}[ ({source:source})].",
    "medicine-stopped": "No longer on the medication list: {name}.",
    "medicine-alert": "Medicines are to be looked at: {rules}[{hard:?. A contraindication}].",
    "absence": "The {roles} will be away from {start:date} until {until:date}"
    "[, said {actor:role}].",
    "absence-began": "The {roles} is away[{covered:?; somebody stands in|; nobody stands in}].",
    "absence-over": "The {roles} is back.",
    # the care plan
    "plan-drafted": "Care plan {plan} is drafted.",
    "plan-approved": "Care plan {plan} is approved and in force.",
    "plan-rejected": "Care plan {plan} is rejected: it goes back for revision[. Reason: {reason}].",
    "plan-verdict": "Care plan {plan}, {role:role}: {outcome:code}.",
    "plan-without": "{title} is taken out of the care plan, from the version after {plan}.",
    "own-goal": 'The patient\'s own goal {goal}, "{words}": {status:code}'
    "[, measured by {measure}][, target {target}][, by {due:date}][ (told to {actor:role})].",
    "own-goal-overdue": 'The patient\'s own goal {goal}, "{words}", is not met by its date.',
    # values
    "value-recorded": "{name:data}: {value:value}[ {unit}], observed {observed:date}"
    "[ ({source:source})][, of the {subject:role}][{unusual:?. Unusual, please check}].",
    "value-refused": "{name:data} was not taken ({code:code}): {why:sentence}",
    "value-corrected": "{name:data} was {was:value}[ {unit}], observed {observed:date}: corrected"
    "[ by {actor:role}] to {value:value}[ {unit}][. {reason}].",
    "value-retracted": "{name:data} {was:value}[ {unit}], observed {observed:date}, is retracted"
    "[ by {actor:role}][. {reason}]. It does not count any more.",
    "instrument-scored": "{instrument:instrument}[ of the {subject:role}] scored[: {scores}]"
    "[{incomplete:?; answers are missing}].",
    # appointments
    "appointment-requested": "Appointment {appointment} asked for: {service:service}, "
    "by {latest:date}.",
    "appointment-shared": "Appointment {appointment} serves this pathway too: {service:service}.",
    "appointment-booked": "Appointment {appointment} booked: {service:service}, "
    "{starts:date}[, with {provider:provider}].",
    "appointment-attended": "Appointment {appointment} kept: {service:service}.",
    "appointment-missed": "Appointment {appointment} missed: {service:service}.",
    "appointment-cancelled": "Appointment {appointment} cancelled: {service:service}"
    "[ ({why:code})].",
    "effect-failed": "Could not {effect} the appointment[ for {step:title}] ({why:code}).",
    # messages
    "message-sent": "Message to {to:role}: {message:code}.",
    "message-withheld": "Message to {to:role} withheld: {message:code} ({why:code}).",
    "message-failed": "A message to {to:role} {unknown:?may not have arrived|"
    "could not be delivered} ({why:code}).",
    # what happens to the patient
    "reported": "Reported: {event:code}, {at:date}[, by {actor:role}][ ({details})]"
    "[{verified:?|, not verified}].",
    "clock-moved": "What is due by the day or the hour of day is due by the clock of {zone} now.",
    "visit-repeated": "Told again[ of visit {visit}]: {event:code}. Nothing changes.",
    "visit-settled": "More is known of a stay that is over[, visit {visit}].",
    "episode-begun": "Episode {number} of {pathway:title}[, linked to episode {after}]. "
    "Its 30 days end {until:date}.",
    "episode-waits": "{pathway:title} waits: the patient goes on to a facility.",
    "episode-retracted": "Episode {number} of {pathway:title} is retracted: the discharge was "
    "cancelled.",
    "held": "{pathway:title} is on hold: {reason:code}[, until {until:date}].",
    "resumed": "{pathway:title} goes on; due times move by {seconds:length}.",
    "withdrawal": "The patient withdraws[ from {pathway:title}]: {reason}.",
    "closed-by-hand": "{pathway:title} is closed by {actor:role}: {disposition:code}[, {reason}].",
    "minutes-spent": "{minutes} minutes for {program}, {on}[, by {actor:role}]"
    "[, from {starts:date}] ({id})[, corrected from {was}].",
    "died": "The patient has died.",
    # moving to another version of a pathway
    "migrated": "{pathway:title} goes on as version {to}, after version {version}"
    "[, by {actor:role}][. {reason}][{back:?. An earlier move is taken back}].",
    "stage-renamed": "The stage {was:title} goes on as {step:title}.",
    "step-renamed": "{was:title} goes on as {step:title}.",
    "step-left": "The new version does without {step:title} here ({how:code}).",
    "due-moved": "The time of {step:title} is counted anew ({how:code})[: it was {before:date}]"
    "[, it is now {after:date}].",
    "message-not-repeated": "{step:title} is not sent: the patient has had this message.",
    "message-forgotten": "A message that waited for its hour is not sent: {message:code}.",
    "death-disproved": "The reported death was a mistake: the journey goes on.",
    **REVIEW_SENTENCES,
    "refused": "Refused[ to {actor:role}]: {command}. {why:sentence}",
}
"""Every kind of entry, with its sentence."""

_PHRASES: Mapping[str, str] = {
    "death-reported": "a death is reported",
    "no-consent": "no consent to messages",
    "no-caregiver": "no caregiver may be contacted",
    "no-caregiver-consent": "the caregiver has not consented to messages",
    "of-the-caregiver": "it is the caregiver's own affair",
    "in-hospital": "the patient is in hospital",
    "value-struck": "the value that it was about does not stand",
    "no-text": "the pathway has no such message",
    "plan-not-approved": "the care plan is not approved",
    "plan-superseded": "another version of the care plan has taken its place",
    "disabled": "taken out of the care plan",
    "no-draft": "there is no new version of the care plan to judge",
    "none": "no verdict",
    "not-met": "not met",
    "schedule": "its time has come",
    "goal-overdue": "a goal is not met by its date",
    "stage-left": "its stage is over",
    "ed-visit": "emergency department visit",
    "deceased": "death",
    "admitted": "admitted to hospital",
    "discharged": "discharged from hospital",
    "NoSlot": "no free slot",
    "in-the-future": "dated in the future",
    **REVIEW_PHRASES,
}
"""Codes that read badly when only their hyphens are taken out."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UTC = CalendarTable(
    zone="UTC", version="", offsets=((0, 0),), holidays=(), first_day=0, last_day=0
)
_LAST_SECOND = 86_399
_UNSAID = "(not said)"
"""For a fact that an older history lacks."""
_FIELD = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_PARTS = re.compile(r"\[([^\]]*)\]")


def tell(
    entry: Entry, calendar: CalendarTable | None = None, titles: Mapping[str, str] | None = None
) -> str:
    """The entry as one English sentence. Never names the patient.

    Dates are local to ``calendar`` (without one: UTC, and said so). ``titles`` are the names
    of what entries refer to, as ``titles_of`` gives them; without it, ids stand as they are.
    An entry of a kind that this version does not know is told with its facts, not lost.
    """
    pattern = KINDS.get(entry.kind)
    if pattern is None:
        facts = ", ".join(f"{name} {value}" for name, value in entry.params.items())
        return f"{entry.kind}{': ' if facts else ''}{facts}."
    return _Teller(entry, calendar, titles or {}).sentence(pattern)


def day_and_time(calendar: CalendarTable | None, instant: int) -> str:
    """``Tue 1 Dec 2026``, with the local time when it is not the end of that day."""
    table = calendar or _UTC
    day, seconds = local_day(table, instant), local_seconds(table, instant)
    year, month, of_month = civil(day)
    text = f"{_DAYS[weekday(day)]} {of_month} {_MONTHS[month - 1]} {year}"
    if seconds != _LAST_SECOND:
        text += f" {seconds // 3600:02}:{seconds % 3600 // 60:02}"
    return text if calendar is not None else f"{text} UTC"


def shown(value: Fact) -> str:
    """A value as people write it: yes or no, a number without needless digits, or text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:g}"


def titles_of(pathways: Iterable[CompiledPathway]) -> dict[str, str]:
    """What to call the things that entries of these pathways refer to.

    Keys: ``PATHWAY``, ``PATHWAY/ID`` (stage, step, rule or goal), ``data/NAME`` and
    ``instrument/ID``. A caller may add ``service/ID`` and ``provider/ID``.
    """
    titles: dict[str, str] = {}
    for pathway in pathways:
        own = pathway.pathway
        titles[own] = pathway.title
        for stage in pathway.stages:
            titles[f"{own}/{stage.id}"] = stage.title
            titles |= {f"{own}/{step.id}": step.title for step in stage.steps}
        titles |= {f"{own}/{rule.id}": rule.do.title for rule in pathway.rules if rule.do}
        titles |= {f"{own}/{goal.id}": goal.title for goal in pathway.goals}
        titles |= {f"data/{d.name}": d.label for d in pathway.data.values() if d.label}
        titles |= {f"instrument/{i.id}": i.title for i in pathway.instruments.values()}
    return titles


class _Teller:
    """Fills one pattern with the facts of one entry."""

    def __init__(
        self, entry: Entry, calendar: CalendarTable | None, titles: Mapping[str, str]
    ) -> None:
        self._entry = entry
        self._calendar = calendar
        self._titles = titles

    def sentence(self, pattern: str) -> str:
        """The whole sentence: optional parts first decided, then every field filled."""
        pieces = _PARTS.split(pattern)
        kept = [
            piece
            for place, piece in enumerate(pieces)
            if place % 2 == 0 or all(self._worth_saying(*f) for f in _FIELD.findall(piece))
        ]
        text = "".join(_FIELD.sub(self._field, piece) for piece in kept)
        # "eGFR" keeps its own spelling at the beginning of a sentence too.
        return text if text[1:2].isupper() else text[:1].upper() + text[1:]

    def _worth_saying(self, name: str, form: str) -> bool:
        return bool(self._fact(name)) or form.startswith("?|")

    def _field(self, found: re.Match[str]) -> str:
        name, form = found.group(1), found.group(2) or ""
        value = self._fact(name)
        if form.startswith("?"):
            yes, _, no = form[1:].partition("|")
            return yes if value else no
        return _FORMS[form](self, value) if value != "" else _UNSAID

    def _fact(self, name: str) -> Fact:
        entry = self._entry
        match name:
            case "pathway" | "step" | "actor":
                own: str = getattr(entry, name)
                return own
            case "scores":
                known = ("instrument", "incomplete")
                scores = [f"{n} {v}" for n, v in entry.params.items() if n not in known]
                return ", ".join(scores)
            case _:
                return entry.params.get(name, "")

    # -- forms -----------------------------------------------------------------------------

    def _plain(self, value: Fact) -> str:
        return str(value).rstrip(".")

    def _sentence(self, value: Fact) -> str:
        return str(value)

    def _role(self, value: Fact) -> str:
        return the(str(value))

    def _code(self, value: Fact) -> str:
        text = str(value)
        return _PHRASES.get(text) or text.replace("-", " ")

    def _review(self, value: Fact) -> str:
        return REVIEW_STATES.get(str(value)) or self._code(value)

    def _date(self, value: Fact) -> str:
        return day_and_time(self._calendar, int(value or 0))

    def _length(self, value: Fact) -> str:
        seconds = int(value or 0)
        for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
            if seconds >= size:
                number = seconds // size
                return f"{number} {unit}{'' if number == 1 else 's'}"
        return "less than a minute"

    def _value(self, value: Fact) -> str:
        return shown(value)

    def _title(self, value: Fact) -> str:
        """A pathway, or what this entry's pathway calls a stage, step, rule or goal."""
        entry = self._entry
        key = entry.pathway if value == entry.pathway else f"{entry.pathway}/{value}"
        return self._titles.get(key) or self._code(value) or "the journey"

    def _target(self, value: Fact) -> str:
        return "discharge" if value == "discharge" else self._title(value)

    def _data(self, value: Fact) -> str:
        name = str(value)
        instrument, _, part = name.partition(".")
        if part and f"instrument/{instrument}" in self._titles:
            return f"{self._titles[f'instrument/{instrument}']} {part.replace('-', ' ')}"
        return self._titles.get(f"data/{name}", name)

    def _reason(self, value: Fact) -> str:
        """``glucose 48, weight 81`` with the labels of what was measured."""
        parts = [part.split(" ", 1) for part in str(value).split(", ")]
        return ", ".join(" ".join([self._data(name), *rest]) for name, *rest in parts)

    def _source(self, value: Fact) -> str:
        """``case-manager t12`` is a role and its task; anything else stands as it is."""
        role, gap, task = str(value).partition(" ")
        return f"{as_spoken(role)}{gap}{task}" if gap else str(value)

    def _service(self, value: Fact) -> str:
        return self._titles.get(f"service/{value}", as_spoken(str(value)))

    def _provider(self, value: Fact) -> str:
        return self._titles.get(f"provider/{value}", str(value))

    def _instrument(self, value: Fact) -> str:
        return self._titles.get(f"instrument/{value}", str(value))


_FORMS: Mapping[str, Callable[[_Teller, Fact], str]] = {
    "": _Teller._plain,
    "sentence": _Teller._sentence,
    "role": _Teller._role,
    "code": _Teller._code,
    "date": _Teller._date,
    "length": _Teller._length,
    "value": _Teller._value,
    "title": _Teller._title,
    "target": _Teller._target,
    "data": _Teller._data,
    "reason": _Teller._reason,
    "source": _Teller._source,
    "service": _Teller._service,
    "provider": _Teller._provider,
    "instrument": _Teller._instrument,
    "review": _Teller._review,
}
"""How a fact is put into words."""
