"""Behaviour and staffing files: from text to what a simulation follows, with every finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from pathways.journey.prepared import nominal_seconds
from pathways.language.issues import Issue, has_errors, in_order
from pathways.language.opening import opened
from pathways.language.simulation import models
from pathways.language.simulation.checks import behaviour_issues, staffing_issues
from pathways.simulating import behaviour, staffing
from pathways.spans import Span

DAY = 86_400
M = TypeVar("M", bound=BaseModel)


def read_behaviour(
    text: str | bytes, file: str
) -> tuple[behaviour.Behaviour | None, tuple[Issue, ...]]:
    """The behaviour that ``text`` declares, or ``None`` and everything that is wrong with it."""
    found, issues = opened(text, file, models.BehaviourFile)
    if found is None:
        return None, in_order(issues)
    issues += behaviour_issues(*found)
    return (None if has_errors(issues) else _behaviour(found.model)), in_order(issues)


def read_staffing(
    text: str | bytes, file: str
) -> tuple[staffing.Staffing | None, tuple[Issue, ...]]:
    """The team that ``text`` declares, or ``None`` and everything that is wrong with it."""
    found, issues = opened(text, file, models.StaffingFile)
    if found is None:
        return None, in_order(issues)
    issues += staffing_issues(*found)
    return (None if has_errors(issues) else _staffing(found.model)), in_order(issues)


# -- behaviour ---------------------------------------------------------------------------------


def _behaviour(model: models.BehaviourFile) -> behaviour.Behaviour:
    return behaviour.Behaviour(
        id=model.behaviour,
        title=model.title,
        sources=dict(model.sources),
        people=_people(model.patients),
        arrivals=behaviour.Arrivals(
            model.arrivals.over, _days(model.arrivals.replaced_after), model.arrivals.source
        ),
        attempts=behaviour.Attempts(
            model.attempts.answered,
            model.attempts.again,
            model.attempts.most,
            model.attempts.besides,
            model.attempts.source,
        ),
        values=tuple(_said(value) for value in model.values),
        scores=tuple(
            behaviour.Score(s.instrument, _trend(s.from_, s), dict(s.items), s.source)
            for s in model.instruments
        ),
        outcomes=tuple(
            behaviour.Outcomes(o.steps, tuple(o.one_of.items()), o.source) for o in model.outcomes
        ),
        declining=tuple(behaviour.Declining(d.share, d.steps, d.source) for d in model.declines),
        visiting=tuple(
            behaviour.Visiting(v.missed, v.cancelled, v.services, v.source) for v in model.visits
        ),
        results=dict(model.results),
        feeds=tuple(
            behaviour.Feed(r.name, r.every, r.owned, r.sent, r.source) for r in model.readings
        ),
        events=tuple(_incidence(event) for event in model.events),
    )


def _people(model: models.People) -> behaviour.People:
    return behaviour.People(
        youngest=model.age.youngest,
        oldest=model.age.oldest,
        mean_age=model.age.mean,
        differ=model.age.differ,
        female=model.female,
        languages=tuple(model.languages.items()),
        conditions=tuple(model.conditions.items()),
        medications=tuple(model.medications.items()),
        caregiver=model.caregiver,
        consent=model.consent,
        source=model.source,
    )


def _said(model: models.ValueModel) -> behaviour.Said:
    if model.from_ is not None:
        return behaviour.Said(model.name, trend=_trend(model.from_, model), source=model.source)
    if model.in_turn is not None:
        turns = tuple((word, _days(span)) for word, span in model.in_turn.items())
        return behaviour.Said(model.name, in_turn=turns, differ=model.differ, source=model.source)
    words: Sequence[tuple[float | str | bool, float]] = ()
    if model.yes is not None:
        words = ((True, model.yes), (False, 1 - model.yes))
    elif model.one_of is not None:
        words = tuple(model.one_of.items())
    return behaviour.Said(model.name, one_of=tuple(words), anew=model.anew, source=model.source)


def _trend(start: float, model: models.ValueModel | models.InstrumentModel) -> behaviour.Trend:
    end = start if model.to is None else model.to
    return behaviour.Trend(start, end, model.over or Span(1, "year"), model.differ, model.vary)


def _incidence(model: models.EventModel) -> behaviour.Incidence:
    then, after = ("", 0.0) if model.then is None else (model.then.event, _days(model.then.after))
    return behaviour.Incidence(model.event, model.a_year, model.verified, then, after, model.source)


def _days(span: Span) -> float:
    return nominal_seconds(span) / DAY


# -- staffing ----------------------------------------------------------------------------------


def _staffing(model: models.StaffingFile) -> staffing.Staffing:
    usual = _hours(model.hours)
    return staffing.Staffing(
        id=model.staffing,
        title=model.title,
        sources=dict(model.sources),
        zone=model.zone,
        country=model.country,
        panel=model.panel.patients,
        bearable=model.panel.late_at_most,
        roles=tuple(
            staffing.Role(r.role, r.people, _hours(r.hours) if r.hours else usual, r.source)
            for r in model.roles
        ),
        otherwise=staffing.Role("", model.others.people, usual, model.others.source),
        minutes=tuple(
            staffing.Minutes(m.minutes, m.contact, m.steps, m.kinds, m.source)
            for m in model.minutes
        ),
        attempt=model.small.unanswered_call,
        escalation=model.small.escalation,
        urgent=tuple(staffing.Urgent(u.response, u.within_minutes) for u in model.urgent),
        source=model.small.source,
    )


def _hours(model: models.HoursModel) -> staffing.Hours:
    return staffing.Hours(tuple(sorted(model.days)), model.opens, model.closes, model.at_work)
