"""Counterexamples: a patient who shows a finding, as a scenario that ``careway test`` plays.

A scenario says what should hold. It fails on the pathway as it is, and passes once the finding
is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pathways.compiled import CompiledPathway, Expr, Instrument
from pathways.journey.events import Value as Told
from pathways.proving.evaluating import Leaf, decoded, leaves, limits
from pathways.proving.ground import Ground
from pathways.proving.possible import YES
from pathways.proving.searching import Value, example
from pathways.scenarios import Expectation, Happening, Moment, Patient, Scenario
from pathways.scenarios.scenario import Sex

START = "2027-03-01 09:00"
"""A Monday without a holiday near it."""
NOON = 12 * 3600
_SEXES: dict[object, Sex] = {"female": "female", "male": "male", "other": "other"}
DAY_ONE = Moment(day=1, seconds=NOON)


def scenario_of(
    pathway: CompiledPathway,
    title: str,
    witness: Mapping[Leaf, Value] | None,
    *,
    course: Iterable[Happening] = (),
    expect: Iterable[Expectation] = (),
    never: Iterable[Expectation] = (),
    start: str = START,
    about: str = "",
    telling: bool = False,
    told_at: Moment = DAY_ONE,
) -> Scenario:
    """One patient with the values of ``witness``. ``telling``: the values are told later, as a
    rule needs it, instead of being known at the enrollment."""
    values = dict(witness or {})
    known = readings(pathway, values)
    told = (Happening("record", at=told_at, values=known),) if known else ()
    return Scenario(
        scenario=title,
        pathways=(pathway.pathway,),
        start=start,
        patient=patient_of(pathway, values, start),
        known={} if telling else known,
        usual=known,
        course=(*(told if telling else ()), *course),
        expect=tuple(expect),
        never=tuple(never),
        about=about,
    )


def later(day: int, leaving: tuple[str, ...] = ()) -> Happening:
    """Everybody does their part until the end of ``day``."""
    return Happening("until", until=Moment(day=day), all_done=True, leaving=leaving)


def patient_of(pathway: CompiledPathway, witness: Mapping[Leaf, Value], start: str) -> Patient:
    """Who the patient is, as far as the conditions ask."""
    asked = {tuple(decoded(leaf)): value for leaf, value in witness.items()}
    age = asked.get(("age",))
    years = int(age) if isinstance(age, int | float) else 67
    first = date.fromisoformat(start[:10])
    born = date(first.year - years, first.month, 1) - timedelta(days=31)
    language = asked.get(("language",))
    codes = [about[1] for about, value in asked.items() if about[0] == "has-condition" and value]
    base = next((_code(prefix) for prefix in pathway.icd10), "")
    return Patient(
        born=born.isoformat(),
        sex=_SEXES.get(asked.get(("sex",)), "female"),
        language=language if isinstance(language, str) and len(language) == 2 else "en",
        conditions=tuple(dict.fromkeys(code for code in (base, *map(_code, codes)) if code)),
        medications=tuple(
            str(about[1]) for about, value in asked.items() if about[0] == "taking" and value
        ),
        caregiver=asked.get(("caregiver",)) is True,
    )


def _code(prefix: object) -> str:
    """A whole ICD-10-CM code that begins so."""
    text = str(prefix)
    return text if len(text) > 3 else f"{text}.9"


def readings(pathway: CompiledPathway, witness: Mapping[Leaf, Value]) -> dict[str, Told]:
    """The values to tell, by name. An instrument's band is told by a score in it."""
    found: dict[str, Told] = {}
    for leaf, value in witness.items():
        head, *about = decoded(leaf)
        if head != "value" or value is None:
            continue
        name = str(about[0])
        instrument = pathway.instruments.get(name.partition(".")[0])
        if instrument is not None and "." in name:
            found |= _scored(instrument, name, value)
        else:
            found[name] = value
    return found


def _scored(instrument: Instrument, name: str, value: Told) -> dict[str, Told]:
    """A result of an instrument; a band is told by the lowest score in it."""
    part = name.partition(".")[2]
    for score in instrument.scores:
        if part == f"{score.id}-band":
            low = next((band.low for band in score.bands if band.name == value), 0)
            return {f"{instrument.id}.{score.id}": float(low)}
    return {name: value}


def near(expr: Expr, ground: Ground) -> dict[Leaf, Value]:
    """The patient who comes as near as can be to a condition that nobody meets: of each value
    what the condition names, or the bound next to it."""
    cuts = limits(expr)
    found: dict[Leaf, Value] = {}
    for leaf in leaves(expr):
        possible, _ = ground.of(leaf)
        named = cuts.get(leaf, ())
        if possible.numeric:
            number = next((cut for cut in named if not isinstance(cut, str)), None)
            middle = example(possible) if number is None else number
            found[leaf] = min(max(float(middle or 0), possible.low), possible.high)
        elif possible.truth:
            found[leaf] = bool(possible.truth & YES)
        else:
            word = next((cut for cut in named if isinstance(cut, str)), "")
            inside = possible.others or word in possible.words
            found[leaf] = word if inside else next(iter(possible.words), "")
    return found


def said(pathway: CompiledPathway, witness: Mapping[Leaf, Value] | None) -> str:
    """The patient in a few words: "HbA1c 9.5, age 40"."""
    parts = []
    for leaf, value in (witness or {}).items():
        head, *about = decoded(leaf)
        if head == "value":
            name = str(about[0])
            element = pathway.data.get(name)
            label = element.label if element is not None and element.label else name
            unit = element.unit if element is not None and element.unit not in ("", "1") else ""
            parts.append(f"{label} {_shown(value)} {unit}".rstrip())
        elif head in ("age", "sex", "language"):
            parts.append(f"{head} {_shown(value)}")
    return ", ".join(parts)


def _shown(value: Value) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else value
