"""The outbox relay, against a real mail server and both databases."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from activities import schedule
from activities.outbox import Drained, RelaySettings
from activities.records import reading
from activities.records.people import set_consent
from activities.records.writing import write_batch
from pathways.compiled import MessageText
from pathways.journey.effects import Cancel
from tests.activities.given import (
    Clock,
    Journeys,
    ann,
    ask_for,
    batch,
    key,
    message,
    relay,
    wish,
)
from tests.activities.mail_server import MailServer

APPOINTMENT = MessageText(
    "Your appointment",
    "{{ appointment.service }} at {{ appointment.provider }}, {{ appointment.place }}: "
    "{{ appointment.when }}",
)


@pytest.fixture
def journeys() -> Journeys:
    return Journeys()


def _state(records: Engine) -> tuple[str, str]:
    [state] = reading.messages(records, "j1")
    return state.status, state.reason


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).strip()


async def test_a_message_reaches_the_patient_once(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message(text=MessageText("Hello", "Dear {{ recipient.name }}, é.")))
    sender = relay(records, mail_server.port, journeys)

    assert await sender.drain() == Drained(sent=1)
    assert await sender.drain() == Drained()

    [mail] = mail_server.received
    assert mail_server.recipients == ["ann@home.example"]
    assert mail["To"] == "Ann Lee <ann@home.example>"
    assert mail["Message-ID"].endswith("@riverside.example>")
    assert _text(mail) == "Dear Ann Lee, é."
    assert _state(records) == ("sent", "")
    assert journeys.told == []


async def test_the_words_are_resolved_at_the_moment_of_sending(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records, email="old@home.example")
    ask_for(records, message())
    ann(records, name="Ann Lee-Brown", email="new@home.example")

    await relay(records, mail_server.port, journeys).drain()

    assert mail_server.recipients == ["new@home.example"]
    assert "Ann Lee-Brown" in _text(mail_server.received[0])


async def test_an_appointment_comes_with_a_calendar_file(
    directory: Engine, mail_server: MailServer, journeys: Journeys
):
    """Given a patient in Chicago and a clinic in New York, the time is that of the clinic's clock;
    the cancellation takes back the same entry."""
    ann(directory)
    booked = schedule.book(directory, wish(1), now=0)
    ask_for(directory, message("booked", text=APPOINTMENT, appointment="a1"))
    sender = relay(directory, mail_server.port, journeys)
    await sender.drain()
    ask_for(
        directory,
        message("gone", message="appointment-cancelled", text=APPOINTMENT, appointment="a1"),
        revision=2,
    )
    await sender.drain()
    schedule.cancel(directory, Cancel("j1/x/eyes/1/cancel/patient", "eyes", "a1"), now=0)

    invitation, cancellation = (_calendar(mail) for mail in mail_server.received)
    event, gone = invitation.events[0], cancellation.events[0]
    assert (str(invitation["METHOD"]), str(cancellation["METHOD"])) == ("REQUEST", "CANCEL")
    assert event["UID"] == gone["UID"]
    assert event.sequence < gone.sequence
    assert gone["STATUS"] == "CANCELLED"
    start = event.DTSTART
    assert isinstance(start, datetime)
    assert start.timestamp() == booked["starts"]
    assert start.isoformat() == "2026-11-23T08:30:00-05:00"
    assert [str(zone["TZID"]) for zone in invitation.walk("VTIMEZONE")] == ["America/New_York"]
    assert _text(mail_server.received[0]) == (
        "Dilated eye examination at Riverside Eye Clinic, 3 Mill Lane, Riverside: "
        "Monday, November 23, 2026, 8:30\u202fAM EST"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "Examen de la vista con pupila dilatada"), ("zh", "Dilated eye examination")],
)
async def test_what_an_appointment_is_for_is_said_in_the_patients_language(
    directory: Engine, mail_server: MailServer, journeys: Journeys, language: str, said: str
):
    """Given a service with a Spanish title, then message and calendar file say it so; to a
    patient of another language, in English."""
    ann(directory, language=language)
    schedule.book(directory, wish(1), now=0)
    ask_for(directory, message("booked", text=APPOINTMENT, appointment="a1"))

    await relay(directory, mail_server.port, journeys).drain()

    [mail] = mail_server.received
    assert _text(mail).startswith(f"{said} at Riverside Eye Clinic")
    assert _calendar(mail).events[0]["SUMMARY"] == f"{said}, Riverside Eye Clinic"


def _calendar(mail: EmailMessage) -> Calendar:
    [attached] = mail.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "appointment.ics"
    parsed = Calendar.from_ical(attached.get_content())
    assert isinstance(parsed, Calendar)
    assert attached.get_param("method") == str(parsed["METHOD"])
    return parsed


async def test_where_the_patient_stays_at_home_times_are_theirs(
    directory: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(directory, language="es")
    booked = schedule.book(directory, wish(1, service="home-visit"), now=0)
    ask_for(directory, message(text=APPOINTMENT, appointment="a1"))

    await relay(directory, mail_server.port, journeys).drain()

    assert datetime.fromtimestamp(int(booked["starts"]), UTC).hour == 14  # nine in New York
    assert _text(mail_server.received[0]).endswith("lunes, 23 de noviembre de 2026, 8:00 CST")


@pytest.mark.parametrize(
    ("to", "person", "mailbox"),
    [
        ("case-manager", "nurse-ada", "ada.moreno@careway.example"),
        ("case-manager", "", "case-managers@careway.example"),
        ("pharmacist", "somebody-who-left", "pharmacists@careway.example"),
    ],
)
async def test_staff_are_written_to_in_person_or_at_the_mailbox_of_their_role(
    directory: Engine,
    mail_server: MailServer,
    journeys: Journeys,
    to: str,
    person: str,
    mailbox: str,
):
    text = MessageText("{{ task.title }}", "Due {{ task.due }}")
    params = {"task.title": "Call", "task.due": "tomorrow"}
    ask_for(directory, message(to=to, person=person, text=text, params=params))

    await relay(directory, mail_server.port, journeys).drain()

    assert mail_server.recipients == [mailbox]
    assert mail_server.received[0]["Subject"] == "Call"


async def test_two_relays_at_once_send_each_message_once(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, *(message(n=n) for n in range(20)))
    relays = [relay(records, mail_server.port, journeys) for _ in range(2)]

    done = await asyncio.gather(*(one.drain() for one in relays))

    assert sum(one.sent for one in done) == 20
    ids = [mail["Message-ID"] for mail in mail_server.received]
    assert len(ids) == len(set(ids)) == 20


async def test_consent_withdrawn_before_sending_keeps_the_message_back(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    set_consent(records, "j1", False)

    assert await relay(records, mail_server.port, journeys).drain() == Drained(suppressed=1)

    assert _state(records) == ("suppressed", "no-consent")
    assert mail_server.received == []
    assert journeys.told == []


async def test_what_the_journey_no_longer_wants_is_not_sent(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    journeys.unwanted.add(key())

    await relay(records, mail_server.port, journeys).drain()

    assert _state(records) == ("suppressed", "not-wanted")
    assert mail_server.received == []


async def test_a_message_suppressed_while_its_decision_was_lost_is_due_when_it_is_made_again(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    journeys.unwanted.add(key())
    sender = relay(records, mail_server.port, journeys)
    await sender.drain()

    journeys.unwanted.clear()
    ask_for(records, message())

    assert (await sender.drain()).sent == 1


async def test_a_message_retracted_while_it_is_prepared_does_not_leave(
    records: Engine, mail_server: MailServer
):
    """Given a message whose sending has begun, when a decision retracts it before the mail server
    has got it, then it is not sent."""
    ann(records)
    ask_for(records, message())

    class ThinksAgain(Journeys):
        async def stands(self, journey: str, key: str) -> bool:
            await asyncio.to_thread(write_batch, records, batch(2, retract=(key,)))
            return True

    assert await relay(records, mail_server.port, ThinksAgain()).drain() == Drained()
    assert mail_server.received == []
    assert _state(records) == ("retracted", "")


@pytest.mark.parametrize(
    ("changes", "details", "reason"),
    [
        ({}, {"email": ""}, "no-address"),
        ({"to": "caregiver"}, {}, "no-address"),
        ({"to": "role-without-mailbox"}, {}, "no-address"),
        ({}, {"name": "Ann\r\nBcc: all@home.example"}, "header-injection"),
        ({}, {"email": "ann@home.example\nBcc: all@home.example"}, "header-injection"),
        ({}, {"email": "ann at home"}, "bad-address"),
        ({"text": MessageText("{{ patient.name }}\n", "x")}, {}, "header-injection"),
        ({"text": MessageText("Hello", "{{ patient.nmae }}")}, {}, "unrenderable"),
        ({"text": MessageText("Hello", "{% if %}")}, {}, "unrenderable"),
        ({"text": MessageText("Hello", "{{ ''.__class__.mro() }}")}, {}, "unrenderable"),
    ],
)
async def test_what_can_never_be_sent_fails_at_once_and_is_reported(
    records: Engine, mail_server: MailServer, journeys: Journeys, changes, details, reason
):
    ann(records, **details)
    wanted = message(**changes)
    ask_for(records, wanted)
    sender = relay(records, mail_server.port, journeys)

    assert await sender.drain() == Drained(failed=1, reported=1)
    assert await sender.drain() == Drained()

    assert _state(records) == ("failed", reason)
    assert journeys.told == [("j1", wanted.key, reason, False)]
    assert mail_server.received == []


async def test_a_permanent_refusal_fails_at_once(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    mail_server.refuse_recipients = "550 no such user"

    assert (await relay(records, mail_server.port, journeys).drain()).failed == 1

    assert journeys.told == [("j1", key(), "smtp-550", False)]


async def test_a_temporary_refusal_is_tried_again_later_and_later(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    mail_server.answers.extend(["451 busy", "451 busy"])
    clock = Clock()
    sender = relay(records, mail_server.port, journeys, clock)

    assert await sender.drain() == Drained(put_off=1)
    assert await sender.drain() == Drained()
    clock.now += 15
    assert await sender.drain() == Drained(put_off=1)
    clock.now += 15
    assert await sender.drain() == Drained()
    clock.now += 15
    assert await sender.drain() == Drained(sent=1)

    [state] = reading.messages(records, "j1")
    assert state.attempts == 3
    assert len(mail_server.received) == 1


async def test_while_the_mail_server_is_down_messages_wait_and_then_leave(
    records: Engine, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    clock = Clock()
    sender = relay(records, port, journeys, clock)

    assert await sender.drain() == Drained(put_off=1)
    server = MailServer(port)
    server.start()
    try:
        clock.now += 15
        assert await sender.drain() == Drained(sent=1)
    finally:
        server.stop()
    assert len(server.received) == 1


@pytest.mark.parametrize(("urgent", "hours"), [(True, 4), (False, 24)])
async def test_when_the_budget_is_used_up_the_journey_is_told(
    records: Engine, mail_server: MailServer, journeys: Journeys, urgent: bool, hours: int
):
    """4 hours for urgent messages, 24 for others, from the first attempt."""
    ann(records)
    ask_for(records, message(urgent=urgent))
    mail_server.answers.extend(["451 busy"] * 3)
    clock = Clock()
    sender = relay(records, mail_server.port, journeys, clock)
    await sender.drain()

    clock.now += hours * 3600 - 1
    assert await sender.drain() == Drained(put_off=1)
    clock.now += 1
    assert await sender.drain() == Drained(failed=1, reported=1)

    assert journeys.told == [("j1", key(), "smtp-451", False)]


async def test_a_worthless_message_is_given_up_after_its_own_time(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    """``give_up`` is in the journey's time, which may run ahead; its distance is what counts."""
    ann(records)
    ahead = batch(1, at=5_000_000_000, messages=(message(give_up=5_000_000_600),))
    write_batch(records, ahead)
    mail_server.answers.extend(["451 busy"] * 2)
    clock = Clock()
    sender = relay(records, mail_server.port, journeys, clock)
    await sender.drain()

    clock.now += 600

    assert (await sender.drain()).failed == 1


async def test_a_journey_that_does_not_answer_keeps_its_message_waiting(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    journeys.deaf = True
    clock = Clock()
    sender = relay(records, mail_server.port, journeys, clock)
    assert await sender.drain() == Drained(put_off=1)

    journeys.deaf = False
    clock.now += 15

    assert await sender.drain() == Drained(sent=1)


async def test_a_report_that_fails_is_made_again(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ask_for(records, message())
    clock = Clock()

    class Forgetful(Journeys):
        async def report(self, journey: str, key: str, reason: str, unknown: bool) -> None:
            raise ConnectionError("no journey answers")

    assert await relay(records, mail_server.port, Forgetful(), clock).drain() == Drained(failed=1)

    sender = relay(records, mail_server.port, journeys, clock)
    assert await sender.drain() == Drained()
    clock.now += 15

    assert await sender.drain() == Drained(reported=1)
    assert journeys.told == [("j1", key(), "no-address", False)]


_DOOMED = """
import asyncio, sys
from activities.records.database import open_records
from tests.activities.given import Journeys, relay
engine = open_records(sys.argv[1], synchronous="NORMAL", busy_timeout=20)
asyncio.run(relay(engine, int(sys.argv[2]), Journeys(), timeout=300).drain())
"""


async def test_a_relay_killed_while_sending_leaves_an_unknown_that_is_reported_once(
    records: Engine, address: str, mail_server: MailServer, journeys: Journeys
):
    """Given a relay that is killed before the mail server answered, nobody knows whether the
    message went out: it is not sent again, and the journey is told so, once."""
    ann(records)
    ask_for(records, message())
    mail_server.go_on.clear()
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _DOOMED, address, str(mail_server.port)
    )
    try:
        assert await asyncio.to_thread(mail_server.arriving.wait, 60)
    finally:
        doomed.kill()
        await doomed.wait()
        mail_server.go_on.set()
    assert _state(records)[0] == "sending"

    clock = Clock()
    others = [relay(records, mail_server.port, journeys, clock) for _ in range(2)]
    assert await others[0].drain() == Drained()  # its lease has not run out
    clock.now += 121
    await asyncio.gather(*(other.drain() for other in others))

    assert _state(records) == ("unknown", "interrupted")
    assert journeys.told == [("j1", key(), "interrupted", True)]


async def test_a_connection_lost_while_sending_is_unknown_at_once(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    ann(records)
    ask_for(records, message())
    mail_server.go_on.clear()
    sender = relay(records, mail_server.port, journeys, timeout=0.3)

    try:
        assert await sender.drain() == Drained(unknown=1, reported=1)
    finally:
        mail_server.go_on.set()

    assert journeys.told == [("j1", key(), "interrupted", True)]


async def test_writing_a_message_wakes_the_relay(
    records: Engine, mail_server: MailServer, journeys: Journeys
):
    """Given a relay that would look again only in an hour, a wake from another thread is enough."""
    ann(records)
    stop = asyncio.Event()
    sender = relay(records, mail_server.port, journeys, settings=RelaySettings(poll=3600))
    running = asyncio.create_task(sender.run(stop))
    ask_for(records, message(n=1))
    sender.wake()

    def write() -> None:
        ask_for(records, message(n=2), revision=2)
        sender.wake()

    thread = threading.Thread(target=write)
    thread.start()
    assert await asyncio.to_thread(mail_server.arriving.wait, 30)
    thread.join()
    await _until_sent(records, mail_server, 2)
    stop.set()
    await asyncio.wait_for(running, 30)


async def _until_sent(records: Engine, mail_server: MailServer, count: int) -> None:
    async with asyncio.timeout(30):
        while len(mail_server.received) < count:
            mail_server.arriving.clear()
            if len(mail_server.received) < count:
                await asyncio.to_thread(mail_server.arriving.wait, 0.2)


async def test_logs_name_no_patient(
    records: Engine,
    mail_server: MailServer,
    journeys: Journeys,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):
    ann(records)
    ask_for(records, message(), message("bad", text=MessageText("x", "{{ patient.nmae }}")))

    await relay(records, mail_server.port, journeys).drain()

    said = "".join(capsys.readouterr()) + caplog.text
    assert "message-settled" in said
    for secret in ("Ann", "ann@", "j1", "nmae"):
        assert secret not in said
