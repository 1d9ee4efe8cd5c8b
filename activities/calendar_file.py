"""The calendar file of an appointment (RFC 5545, RFC 5546)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from activities.recipients import Recipient
from activities.rendering import Organisation
from activities.schedule import BookedAppointment

Method = Literal["REQUEST", "CANCEL"]


def calendar_file(
    appointment: BookedAppointment,
    method: Method,
    organisation: Organisation,
    recipient: Recipient,
    *,
    now: int,
) -> bytes:
    """An invitation, or its cancellation: same UID, higher SEQUENCE. Times are in the zone of the
    place, or in the recipient's when they stay where they are. ``now`` is wall-clock seconds."""
    zone = ZoneInfo(recipient.zone if appointment.remote else appointment.zone)
    event = Event()
    event.add("uid", f"{appointment.uid}@{organisation.domain}")
    # A cancellation may be written before the slot is given back: it still outranks the invitation.
    event.add("sequence", appointment.sequence | int(method == "CANCEL"))
    event.add("dtstamp", datetime.fromtimestamp(now, UTC))
    event.add("dtstart", datetime.fromtimestamp(appointment.starts, zone))
    event.add("dtend", datetime.fromtimestamp(appointment.ends, zone))
    title = appointment.title_in(recipient.language)
    event.add("summary", f"{title}, {appointment.provider}")
    event.add("location", appointment.place)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    organizer = vCalAddress(f"mailto:{organisation.sender}")
    organizer.params["cn"] = vText(organisation.name)
    event["organizer"] = organizer
    attendee = vCalAddress(f"mailto:{recipient.email}")
    attendee.params["cn"] = vText(recipient.name)
    event["attendee"] = attendee
    calendar = Calendar()
    calendar.add("prodid", "-//Careway//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    # The zone's rules around the appointment only: all of them since 1970 are slow to find.
    starts = datetime.fromtimestamp(appointment.starts, zone).date()
    calendar.add_missing_timezones(
        first_date=starts - timedelta(days=366), last_date=starts + timedelta(days=366)
    )
    content: bytes = calendar.to_ical()
    return content
