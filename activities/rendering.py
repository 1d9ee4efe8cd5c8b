"""Turning a message's template into words, at the moment of sending."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from activities.recipients import Household, Recipient
from activities.schedule import BookedAppointment
from pathways.compiled import MessageText

# Plain text, so nothing is escaped. No globals: a template reaches its variables only.
_environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)
_environment.globals.clear()


class Organisation(Struct, frozen=True):
    """Who the messages come from. ``sender`` is the address in From."""

    name: str
    phone: str
    sender: str

    @property
    def domain(self) -> str:
        """Where message ids and calendar ids live."""
        return self.sender.rpartition("@")[2]


class UnrenderableMessage(Exception):
    """A template cannot be filled in. The message says nothing about the patient."""


def render(text: MessageText, variables: dict[str, Any]) -> MessageText:
    """Fill in subject and body. Raises ``UnrenderableMessage`` (unknown name, bad syntax)."""
    try:
        return MessageText(
            _environment.from_string(text.subject).render(variables),
            _environment.from_string(text.body).render(variables),
        )
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise UnrenderableMessage(type(error).__name__) from None


def variables(
    organisation: Organisation,
    people: Household,
    recipient: Recipient,
    params: dict[str, str],
    appointment: BookedAppointment | None,
) -> dict[str, Any]:
    """What a template may name (docs: the pathway language, messages).

    ``params`` are the kernel's ("task.title"); what the records know of the appointment goes
    before what the kernel said of it. A name nobody knows is left out, so that using it fails.
    """
    tree: dict[str, Any] = {}
    for name, value in params.items():
        parent, _, leaf = name.rpartition(".")
        (tree.setdefault(parent, {}) if parent else tree)[leaf] = value
    tree["organisation"] = {"name": organisation.name, "phone": organisation.phone}
    tree["recipient"] = {"name": recipient.name}
    for kind, name_of_kind in (("patient", people.patient), ("caregiver", people.caregiver)):
        if name_of_kind is not None:
            tree[kind] = {"name": name_of_kind}
    if appointment is not None:
        zone = recipient.zone if appointment.remote else appointment.zone
        tree["appointment"] = tree.get("appointment", {}) | {
            "when": local_time(appointment.starts, zone, recipient.language),
            "service": appointment.title_in(recipient.language),
            "provider": appointment.provider,
            "place": appointment.place,
        }
    return tree


def local_time(instant: int, zone: str, language: str) -> str:
    """``Tuesday, December 1, 2026, 9:00 AM EST`` in the words of ``language`` (else English)."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    moment = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone))
    day = format_datetime(moment, _pattern(locale), locale=locale)
    return f"{day} {moment.tzname()}"


def _pattern(locale: Locale) -> str:
    """Full date, short time, in the order the locale has them."""
    both = str(locale.datetime_formats["medium"])
    time = locale.time_formats["short"].pattern
    return both.replace("{1}", locale.date_formats["full"].pattern).replace("{0}", time)
