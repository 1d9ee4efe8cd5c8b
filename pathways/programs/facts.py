"""What the timeline says that a program could count: one flat list of facts.

The timeline of a journey is the same in a scenario, a simulation and on a server, and nothing
is ever taken out of it: so the record suffices, and the kernel keeps no program state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pathways.calendar.table import CalendarTable, day_number, instant
from pathways.compiled import HUMAN_VERBS, CompiledPathway, Step
from pathways.journey.effects import Entry
from pathways.programs.fact import Fact
from pathways.programs.settling import settled

KINDS = (
    "enrolled",
    "reported",
    "died",
    "death-corrected",
    "death-retracted",
    "discharged",
    "task-done",
    "attempt",
    "value-recorded",
    "value-corrected",
    "value-retracted",
    "instrument-scored",
    "appointment-booked",
    "appointment-attended",
    "minutes-spent",
    "case-reopened",
    "stage-entered",
    "medicines-reconciled",
    "medicines-settled",
)
"""Kinds of entries that facts are made of; a reader of the record needs no others."""
NOT_DONE = ("partial", "go-on", "unable-to-reach", "not-done")
"""Outcomes of a task whose work was not done."""
OF_THE_KERNEL = frozenset({"admission-in-chart"})
"""Work that the journey itself asks for, by its name, which a program may count."""


def facts_of(
    entries: Iterable[Entry], pathways: Sequence[CompiledPathway], calendar: CalendarTable
) -> tuple[Fact, ...]:
    """The facts of a timeline, in the order they happened. ``pathways``: those of the journey."""
    reader = _Reader(pathways, calendar)
    told = (fact for entry in entries for fact in reader.read(entry))
    return tuple(sorted(settled(told), key=lambda fact: fact.at))


def date_of(text: str, calendar: CalendarTable) -> int | None:
    """The first instant of the local day that ``text`` (ISO) names; ``None`` when it is no date."""
    parts = text[:10].split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    year, month, day = (int(part) for part in parts)
    return instant(calendar, day_number(year, month, day), 0)


class _Reader:
    def __init__(self, pathways: Sequence[CompiledPathway], calendar: CalendarTable) -> None:
        self._calendar = calendar
        self._starts: dict[str, int] = {}
        self._steps: dict[tuple[str, str], Step] = {}
        self._phases: dict[tuple[str, str], str] = {}
        for pathway in pathways:
            mine = [step for stage in pathway.stages for step in stage.steps]
            mine += [rule.do for rule in pathway.rules if rule.do is not None]
            self._steps |= {(pathway.pathway, step.id): step for step in mine}
            stages = {(pathway.pathway, stage.id): stage.phase for stage in pathway.stages}
            self._phases |= stages

    def read(self, entry: Entry) -> tuple[Fact, ...]:
        """What one entry says, if anything."""
        params = entry.params
        match entry.kind:
            case "enrolled":
                referred = int(params.get("referred", entry.at))
                return _begun(entry, referred)
            case "case-reopened":
                return _begun(entry, entry.at)  # the assessment clock restarts (X11)
            case "stage-entered":
                phase = self._phases.get((entry.pathway, entry.step), "")
                return (Fact(entry.at, "entered", (phase or entry.step, entry.step)),)
            case "reported":
                return (self._reported(entry),)
            case "died":
                return (Fact(int(params.get("of", entry.at)), "died", ("patient",)),)
            case "death-corrected":
                return (Fact(int(params["to"]), entry.kind, ("patient",)),)
            case "death-retracted":
                return (Fact(entry.at, entry.kind, ("patient",)),)
            case "discharged":
                disposition = str(params.get("disposition", ""))
                return (Fact(entry.at, "left", (entry.pathway,), answer=disposition),)
            case "task-done":
                return self._done(entry)
            case "medicines-reconciled" if params.get("open"):
                return self._list(entry, "work-open", int(params.get("done", entry.at)))
            case "medicines-settled" if params.get("later"):
                return self._list(entry, "work", entry.at)
            case "attempt" if not params.get("same_day"):
                made = int(params.get("made", entry.at))
                return (Fact(made, "attempt", (str(params.get("to", "")),), entry.actor),)
            case "value-recorded":
                return (self._value(entry, "value"),)
            case "value-corrected" | "value-retracted":
                return (self._value(entry, entry.kind),)
            case "instrument-scored" if not params.get("incomplete"):
                return _scored(entry)
            case "appointment-booked":
                self._starts[str(params["appointment"])] = int(params["starts"])
            case "appointment-attended":
                # The visit was when it was, not when somebody said so.
                at = self._starts.get(str(params["appointment"]), entry.at)
                return (Fact(at, "visit", (str(params["service"]),)),)
        return ()

    def _reported(self, entry: Entry) -> Fact:
        said = str(entry.params.get("details", ""))
        pairs = (part.partition(": ") for part in said.split(", ") if ": " in part)
        details = {name: text for name, _, text in pairs}
        if "visit" in entry.params:
            details["visit"] = str(entry.params["visit"])
        at = int(entry.params.get("at", entry.at))
        return Fact(at, "event", (str(entry.params["event"]),), entry.actor, "", details)

    def _value(self, entry: Entry, kind: str) -> Fact:
        name, value = str(entry.params["name"]), entry.params.get("value", "")
        # "case-manager t12": who asked, at which task.
        role = str(entry.params.get("source", "")).partition(" ")[0]
        word = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        names = (name, name.partition(".")[0]) if "." in name else (name,)
        observed = int(entry.params.get("observed", 0)) or entry.at
        return Fact(observed, kind, names, role, word)

    def _done(self, entry: Entry) -> tuple[Fact, ...]:
        step = self._steps.get((entry.pathway, entry.step))
        outcome = str(entry.params.get("outcome", ""))
        own = step is not None and step.title == entry.params.get("title")
        if step is None and entry.step in OF_THE_KERNEL and outcome not in NOT_DONE:
            at = int(entry.params.get("done", entry.at))
            return (Fact(at, "work", (entry.step,), entry.actor, outcome),)
        if step is None or not own or step.verb not in HUMAN_VERBS or outcome in NOT_DONE:
            return ()
        at = int(entry.params.get("done", entry.at))
        done = Fact(at, "work", work_names(step), entry.actor, outcome)
        whom = spoken_with(step)
        return (done, Fact(at, "contact", (whom,), entry.actor)) if whom else (done,)

    def _list(self, entry: Entry, kind: str, at: int) -> tuple[Fact, ...]:
        """A reconciliation is done when nothing on the list is open (clinical.md 4.1)."""
        step = self._steps.get((entry.pathway, entry.step))
        return () if step is None else (Fact(at, kind, work_names(step), entry.actor),)


def _scored(entry: Entry) -> tuple[Fact, ...]:
    """A questionnaire, and each of its totals: ``phq-9``, ``phq-9.score`` with its number."""
    name = str(entry.params.get("instrument", ""))
    pairs = (one.rpartition(" ") for one in str(entry.params.get("scores", "")).split(", "))
    return (
        Fact(entry.at, "value", (name,)),
        *(Fact(entry.at, "value", (f"{name}.{total}",), "", n) for total, _, n in pairs if total),
    )


def _begun(entry: Entry, referred: int) -> tuple[Fact, ...]:
    """A case begins, or begins again; its clocks count from the referral."""
    mine = (entry.pathway,)
    return Fact(entry.at, "enrolled", mine), Fact(referred, "referred", mine)


def spoken_with(step: Step) -> str:
    """With whom the work of a step was certainly done: where it says so, or teaches.

    An assessment may be made from the chart: what a program asks for is a contact, and to count
    one that was none would be a false claim.
    """
    return step.contact or ("patient" if step.verb == "educate" else "")


def work_names(step: Step) -> tuple[str, ...]:
    """By what names the work of a step may count: its verb, its shared name, its id."""
    return tuple(name for name in (step.verb, step.same, step.id) if name)
