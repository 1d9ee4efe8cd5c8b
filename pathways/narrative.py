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
from pathways.review.sentences import REVIEW_PHRASES, REVIEW_STATES
from pathways.sentences import KINDS
from pathways.wording import role as as_spoken
from pathways.wording import the

Fact = str | int | float | bool


_PHRASES: Mapping[str, str] = {
    "death-reported": "a death is reported",
    "no-consent": "no consent to messages",
    "no-caregiver": "no caregiver may be contacted",
    "no-caregiver-consent": "the caregiver has not consented to messages",
    "of-the-caregiver": "it is the caregiver's own affair",
    "outside-consent": "the patient has not let the caregiver know of it",
    "in-hospital": "the patient is in hospital",
    "value-struck": "the value that it was about does not stand",
    "told-already": "another pathway tells the same",
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
