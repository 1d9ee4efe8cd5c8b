"""The rota of a site: when its people work, and who is on call. Read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Struct
from pydantic import Field

from pathways.journey.team.rota import Shift
from pathways.language.fields import Id, LanguageVersion, Model, Name, OneOrMore, Text
from pathways.language.issues import Issue, Place, Related, has_errors, in_order
from pathways.language.opening import opened
from pathways.language.schema import URI
from pathways.language.simulation.kinds import Clock, Day
from pathways.language.tree import Node, at

__all__ = ["ReadRota", "read_rota", "rota_schema"]

Days = Annotated[tuple[Day, ...], Field(min_length=1, description="On which the shift begins.")]


class HoursModel(Model):
    """When a person is at work. On holidays they are not."""

    person: Annotated[Name, Field(description="Their id, as careway assign has it.")]
    days: Days
    opens: Annotated[Clock, Field(description="Local to the site, like 08:00.")]
    closes: Annotated[Clock, Field(description="On the next day, if it is not after it opens.")]


class OnCallModel(HoursModel):
    """Who takes what is urgent of some roles, when their own people are not at work. Also on
    holidays."""

    roles: Annotated[OneOrMore, Field(min_length=1, description="Of these roles.")]


class RotaFile(Model):
    """All of rota.yaml."""

    language: LanguageVersion
    rota: Id
    zone: Annotated[Text, Field(description="Time zone of the site, like America/New_York.")]
    hours: Annotated[
        tuple[HoursModel, ...],
        Field(max_length=200, description="Who is not named is taken to be there."),
    ] = ()
    on_call: Annotated[
        tuple[OnCallModel, ...], Field(max_length=200, description="The first that fits.")
    ] = ()


class ReadRota(Struct, frozen=True):
    """A rota without its calendar, which whoever uses it makes of the zone."""

    zone: str
    shifts: tuple[Shift, ...]
    place: Place
    """Of the zone."""


def read_rota(text: str | bytes, file: str) -> tuple[ReadRota | None, tuple[Issue, ...]]:
    """The rota that ``text`` defines, or ``None`` and everything that is wrong with it."""
    found, issues = opened(text, file, RotaFile)
    if found is None:
        return None, in_order(issues)
    model, root = found.model, found.root
    issues += _told_twice(model, root)
    if has_errors(issues):
        return None, in_order(issues)
    hours = [Shift(one.person, one.days, one.opens, one.closes) for one in model.hours]
    on_call = [Shift(o.person, o.days, o.opens, o.closes, o.roles) for o in model.on_call]
    return ReadRota(model.zone, (*hours, *on_call), at(root, ("zone",)).place), ()


def _told_twice(model: RotaFile, root: Node) -> Iterator[Issue]:
    """Two lines of one person that say the same hours of the same day: one of them is wrong."""
    for part, lines in (("hours", model.hours), ("on-call", model.on_call)):
        first: dict[tuple[str, int, int], int] = {}
        for number, line in enumerate(lines):
            for day in line.days:
                said = first.setdefault((line.person, day, line.opens), number)
                if said != number:
                    yield Issue(
                        "same-shift",
                        f'"{line.person}" begins at this time of that day in another line too.',
                        at(root, (part, number)).place,
                        (Related(at(root, (part, said)).place, "It is here first."),),
                        "Keep one of the two.",
                    )
                    break


def rota_schema() -> dict[str, Any]:
    """The JSON Schema of ``rota.yaml``, for editors."""
    return {"$schema": URI, **RotaFile.model_json_schema(by_alias=True, mode="validation")}
