"""One patient's year as a nurse would hand it over: what happened, once, in few words.

The timeline holds every line, for auditors. Here what happened on one day is told together,
what several pathways did alike is told once, and what came again is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pathways.calendar.table import CalendarTable, local_day
from pathways.journey.effects import Entry
from pathways.narrative import day_and_time, tell

Words = Callable[[Entry, Mapping[str, str]], str]

_EVENTS: Mapping[str, str] = {
    "admitted": "Admitted to hospital",
    "discharged": "Home from hospital",
    "deceased": "Death reported",
    "fall": "A fall is reported",
    "ed-visit": "A visit to the emergency department is reported",
    "caregiver-changed": "Another caregiver",
    "consent-withdrawn": "Consent to messages withdrawn",
    "consent-given": "Consent to messages given again",
}


def _title(entry: Entry, titles: Mapping[str, str]) -> str:
    return titles.get(f"{entry.pathway}/{entry.step}") or entry.step.replace("-", " ")


def _rule(entry: Entry, titles: Mapping[str, str]) -> str:
    """A rule without a title only moves the course on, and what follows is told."""
    return titles.get(f"{entry.pathway}/{entry.step}", "")


def _reported(entry: Entry, _titles: Mapping[str, str]) -> str:
    event = str(entry.params["event"])
    known = _EVENTS.get(event, f"Reported: {event.replace('-', ' ')}")
    unsure = event == "deceased" and not entry.params.get("verified", True)
    return f"{known}, not verified yet" if unsure else known


def _resumed(entry: Entry, _titles: Mapping[str, str]) -> str:
    days = round(int(entry.params.get("seconds", 0)) / _DAY)
    return f"Care goes on, {_many(days, 'day')} later than planned"


def _goal(entry: Entry, titles: Mapping[str, str]) -> str:
    return f"Goal met: {_title(entry, titles)}" if entry.params.get("status") == "met" else ""


def _code(entry: Entry, name: str) -> str:
    return str(entry.params.get(name, "")).replace("-", " ")


_TOLD: Mapping[str, Words] = {
    "enrolled": lambda entry, titles: f"Enrolled on {_pathway(entry.pathway, titles)}",
    "stage-entered": lambda entry, titles: f"{_title(entry, titles)} begins",
    "stage-overdue": lambda entry, titles: f"{_title(entry, titles)} takes longer than planned",
    "plan-approved": lambda _entry, _titles: "Care plan approved",
    "plan-rejected": lambda _entry, _titles: "Care plan rejected, to be revised",
    "milestone": _title,
    "goal": _goal,
    "goal-overdue": lambda entry, titles: f"Goal missed: {_title(entry, titles)}",
    "rule-fired": _rule,
    "declined": lambda entry, titles: f"Declines: {_title(entry, titles)}",
    "appointment-missed": lambda entry, _titles: f"Misses: {_code(entry, 'service')}",
    "reported": _reported,
    "held": lambda entry, _titles: (
        "On hold" if entry.params.get("reason") in _EVENTS else f"On hold: {_code(entry, 'reason')}"
    ),
    "resumed": _resumed,
    "message-withheld": lambda entry, _titles: "Messages are withheld",
    "message-failed": lambda entry, _titles: "A message could not be delivered",
    "died": lambda _entry, _titles: "Death confirmed",
    "discharged": lambda entry, titles: (
        f"Discharged from {_pathway(entry.pathway, titles)}: {_code(entry, 'disposition')}"
    ),
    "variance": lambda entry, titles: tell(entry, None, titles).rstrip("."),
    "withdrawal": lambda entry, titles: tell(entry, None, titles).rstrip("."),
    "death-disproved": lambda entry, titles: tell(entry, None, titles).rstrip("."),
}
"""What belongs in a summary, in a few words; nothing said: not worth a line."""
_COUNTED = frozenset(
    ["rule-fired", "declined", "appointment-missed", "message-withheld", "message-failed", "goal"]
)
"""What may come again and again: told the first time, with how often it came."""


_PER_PATHWAY = frozenset(
    ["stage-entered", "stage-overdue", "plan-approved", "plan-rejected", "held", "resumed"]
)
"""What has to say for which pathway, when it is not for all."""
_OPENINGS = ("Enrolled on ", "Goal met: ", "Goal missed: ", "Declines: ", "Misses: ")
"""What is said once a day for all that it is true of."""
_DAY = 86_400


@dataclass
class _Item:
    """Something to tell of a day; ``pathways``: those that it is true of."""

    day: int
    kind: str
    words: str
    pathways: dict[str, None] = field(default_factory=dict)
    because: str = ""
    again: list[int] = field(default_factory=list)


def summary(
    entries: Sequence[Entry], calendar: CalendarTable, titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    """A line a day: the date, and what happened that day."""
    enrolled = dict.fromkeys(entry.pathway for entry in entries if entry.kind == "enrolled")
    days: dict[int, list[str]] = {}
    for item in _items(entries, calendar, titles):
        days.setdefault(item.day, []).append(_sentence(item, len(enrolled), titles))
    return [(_date(day), " ".join(_together(said))) for day, said in sorted(days.items())]


def _together(said: list[str]) -> list[str]:
    """``Goal met: A. Goal met: B.`` as ``Goal met: A; B.``"""
    merged: dict[str, str] = {}
    for sentence in said:
        opening = next((o for o in _OPENINGS if sentence.startswith(o)), sentence)
        before = merged.get(opening)
        rest = sentence.removeprefix(opening)
        merged[opening] = sentence if before is None else f"{before.rstrip('.')}; {rest}"
    return list(merged.values())


def _items(
    entries: Iterable[Entry], calendar: CalendarTable, titles: Mapping[str, str]
) -> list[_Item]:
    """What is worth telling, under what makes two entries the same."""
    told: dict[tuple[str, str, int], _Item] = {}
    for entry in _without_echoes(entries):
        words = _TOLD[entry.kind](entry, titles) if entry.kind in _TOLD else ""
        if not words:
            continue
        day = local_day(calendar, entry.at)
        key = (entry.kind, words, 0 if entry.kind in _COUNTED else day)
        item = told.setdefault(key, _Item(day, entry.kind, words, because=_because(entry, titles)))
        if day == item.day:
            item.pathways |= {entry.pathway: None}
        elif day not in item.again and entry.kind != "goal":
            item.again.append(day)
    return list(told.values())


def _without_echoes(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The first stage begins with the enrollment, and death ends every pathway: said once."""
    enrolled: dict[str, int] = {}
    died = False
    for entry in entries:
        if entry.kind == "enrolled":
            enrolled[entry.pathway] = entry.at
        died = died or entry.kind == "died"
        beginning = enrolled.get(entry.pathway) == entry.at
        if not (beginning and entry.kind in ("stage-entered", "goal")) and not (
            died and entry.kind == "discharged"
        ):
            yield entry


def _because(entry: Entry, titles: Mapping[str, str]) -> str:
    """What was measured. That an event was the cause stands beside it already."""
    if entry.kind != "rule-fired" or not any(c.isdigit() for c in str(entry.params.get("reason"))):
        return ""
    _, _, why = tell(entry, None, titles).partition(" because of ")
    return why.rstrip(".")


def _sentence(item: _Item, enrolled: int, titles: Mapping[str, str]) -> str:
    text = item.words
    if item.because:
        text += f" [{item.because}]"
    if item.kind in _PER_PATHWAY and len(item.pathways) < enrolled:
        text += f": {_listed([_pathway(one, titles) for one in item.pathways])}"
    if item.again:
        times = len(item.again)
        last = _date(item.again[-1]).split(" ", 1)[1]
        text += f"; {times} more {'time' if times == 1 else 'times'} until {last}"
    return f"{text}."


def tally(entries: Sequence[Entry], titles: Mapping[str, str]) -> str:
    """The work in numbers, and what went to a manager."""
    kinds = Counter(entry.kind for entry in entries)
    late = Counter(
        str(entry.params.get("title") or _title(entry, titles))
        for entry in entries
        if entry.kind == "task-escalated"
    )
    text = (
        f"{_many(kinds['task-opened'], 'task')}, {kinds['task-done']} done; "
        f"{_many(kinds['appointment-booked'], 'appointment')}, "
        f"{kinds['appointment-attended']} kept; "
        f"{_many(kinds['message-sent'], 'message')}; {_many(len(entries), 'line')} on record."
    )
    if late:
        most = "; ".join(f"{title} ({count})" for title, count in late.most_common(3))
        text += f" {_many(late.total(), 'escalation')}, most of all: {most}."
    return text


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _pathway(name: str, titles: Mapping[str, str]) -> str:
    """``Oncology navigation`` of ``Oncology navigation, solid tumours``."""
    return titles.get(name, name).partition(",")[0]


def _listed(names: list[str]) -> str:
    return " and ".join([*filter(None, [", ".join(names[:-1])]), names[-1]])


def _date(day: int) -> str:
    """``Tue 1 Dec 2026``."""
    return day_and_time(None, day * _DAY).rsplit(" ", 2)[0]
