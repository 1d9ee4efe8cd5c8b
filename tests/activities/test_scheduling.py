"""Booking: the right slot, never twice, and always the first answer."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from activities import schedule
from activities.directory import load_directory, seed_directory
from activities.records.database import TooLate, open_records
from activities.records.directory_models import Booking, OccupiedCell
from activities.records.models import Effect
from activities.slots import Hours, slots
from pathways.journey.effects import Cancel
from tests.activities.given import DAY, MONDAY, wish

NEW_YORK = ZoneInfo("America/New_York")

ONE_CHAIR = """
organisation: {name: Test, phone: "1"}
services: {eye-exam: Eye examination}
providers:
  - id: chair
    name: One chair
    place: Here
    zone: America/New_York
    hours:
      - {services: [eye-exam], days: [mon, tue], opens: "09:00", closes: "12:00", slot: 30}
"""


def _cancel(n: int) -> Cancel:
    return Cancel(f"j1/diabetes~1/eyes/{n}/cancel-a{n}/patient", "eyes", f"a{n}")


@pytest.fixture
def one_chair(records: Engine) -> Engine:
    """A schedule with twelve slots in a fortnight's first week: Monday and Tuesday morning."""
    seed_directory(records, load_directory(ONE_CHAIR))
    return records


def test_the_earliest_free_slot_is_booked(one_chair: Engine):
    first = schedule.book(one_chair, wish(1), now=0)
    second = schedule.book(one_chair, wish(2, "j2"), now=0)

    nine = datetime(2026, 11, 23, 9, tzinfo=NEW_YORK).timestamp()
    assert first == {
        "appointment": "a1",
        "starts": nine,
        "ends": nine + 1800,
        "provider": "chair",
    }
    assert second["starts"] == nine + 1800


def test_the_slot_nearest_to_the_preferred_time_is_booked(one_chair: Engine):
    eleven = int(datetime(2026, 11, 24, 11, tzinfo=NEW_YORK).timestamp())

    first = schedule.book(one_chair, wish(1, preferred=eleven + 60), now=0)
    second = schedule.book(one_chair, wish(2, "j2", preferred=eleven + 60), now=0)

    assert (first["starts"], second["starts"]) == (eleven, eleven + 1800)


def test_a_patient_is_not_in_two_places_at_once(directory: Engine):
    first = schedule.book(directory, wish(1, service="oncology-visit"), now=0)
    second = schedule.book(directory, wish(2, service="social-work-visit"), now=0)

    assert int(second["starts"]) >= int(first["ends"])


def test_years_ahead_there_are_slots_like_today(directory: Engine):
    later = MONDAY + 5 * 364 * DAY

    booked = schedule.book(directory, wish(1, earliest=later, latest=later + 7 * DAY), now=0)

    assert later <= int(booked["starts"]) < later + 7 * DAY


def test_a_repeated_key_returns_the_first_result(one_chair: Engine):
    first = schedule.book(one_chair, wish(1), now=0)
    again = schedule.book(one_chair, wish(1, earliest=MONDAY + 7 * DAY), now=9)

    assert again == first
    with one_chair.connect() as connection:
        assert connection.scalars(select(Booking.key)).all() == [wish(1).key]
        assert connection.scalars(select(Effect.at)).all() == [0]


def test_no_slot_is_an_answer_too_and_is_kept(one_chair: Engine):
    """Given a full window, when a slot gets free after the answer, the answer stays."""
    narrow: dict[str, Any] = {"latest": MONDAY + 8000}  # 07:00 to 09:13: one slot
    schedule.book(one_chair, wish(1, **narrow), now=0)
    with pytest.raises(schedule.NoSlot, match="eye-exam"):
        schedule.book(one_chair, wish(2, "j2", **narrow), now=0)
    schedule.cancel(one_chair, _cancel(1), now=0)

    with pytest.raises(schedule.NoSlot):
        schedule.book(one_chair, wish(2, "j2", **narrow), now=0)
    assert schedule.book(one_chair, wish(3, "j2", **narrow), now=0)["appointment"] == "a3"


def test_nobody_offers_the_service(one_chair: Engine):
    with pytest.raises(schedule.NoSlot, match="tea-leaves"):
        schedule.book(one_chair, wish(1, service="tea-leaves"), now=0)


def test_a_cancelled_slot_is_free_again(one_chair: Engine):
    first = schedule.book(one_chair, wish(1), now=0)
    assert schedule.cancel(one_chair, _cancel(1), now=0) == {}
    assert schedule.cancel(one_chair, _cancel(1), now=0) == {}

    assert schedule.book(one_chair, wish(2, "j2"), now=0)["starts"] == first["starts"]
    cancelled = schedule.booked_appointment(one_chair, "j1", "a1")
    assert cancelled is not None
    assert cancelled.cancelled


def test_cancelling_what_was_never_booked_changes_nothing(one_chair: Engine):
    assert schedule.cancel(one_chair, _cancel(7), now=0) == {}
    assert schedule.booked_appointment(one_chair, "j1", "a7") is None


def test_booked_again_it_is_the_same_calendar_entry_with_a_higher_sequence(one_chair: Engine):
    schedule.book(one_chair, wish(1), now=0)
    before = schedule.booked_appointment(one_chair, "j1", "a1")
    schedule.cancel(one_chair, _cancel(1), now=0)
    cancelled = schedule.booked_appointment(one_chair, "j1", "a1")
    schedule.book(one_chair, wish(2, appointment="a1"), now=0)
    after = schedule.booked_appointment(one_chair, "j1", "a1")

    assert before is not None
    assert cancelled is not None
    assert after is not None
    assert before.uid == cancelled.uid == after.uid
    assert before.sequence < cancelled.sequence < after.sequence


def test_after_its_deadline_nothing_is_booked(one_chair: Engine):
    with pytest.raises(TooLate):
        schedule.book(one_chair, wish(1), now=0, deadline=time.monotonic() - 1)

    with one_chair.connect() as connection:
        assert connection.scalars(select(Booking.key)).all() == []
        assert connection.scalars(select(Effect.key)).all() == []


def test_many_threads_never_book_a_slot_twice(one_chair: Engine, address: str):
    """Given twelve slots, when sixteen patients ask at once (half of them twice), then twelve get
    one each and four get none."""
    answers: list[tuple[str, int | None]] = []
    together = threading.Barrier(8)

    def ask(thread: int) -> None:
        own = open_records(address, synchronous="NORMAL", busy_timeout=30)
        together.wait()
        for n in (2 * thread, 2 * thread + 1, 2 * thread):
            try:
                booked = schedule.book(own, wish(n, f"j{n}", latest=MONDAY + 3 * DAY), now=0)
                answers.append((f"j{n}", int(booked["starts"])))
            except schedule.NoSlot:
                answers.append((f"j{n}", None))
        own.dispose()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first: dict[str, int | None] = {}
    for journey, starts in answers:
        assert first.setdefault(journey, starts) == starts  # asked twice, answered once
    assert len(answers) == 24
    taken = Counter(starts for starts in first.values() if starts is not None)
    assert len(taken) == 12
    assert set(taken.values()) == {1}
    assert list(first.values()).count(None) == 4


_BOOKER = """
import sys
from activities import schedule
from activities.records.database import open_records
from tests.activities.given import wish
engine = open_records(sys.argv[1], synchronous="NORMAL", busy_timeout=30)
sys.stdin.readline()
for n in range(int(sys.argv[2]), int(sys.argv[2]) + 4):
    schedule.book(engine, wish(n, f"j{n}"), now=0)
engine.dispose()
"""


def test_processes_never_book_a_slot_twice(one_chair: Engine, address: str):
    bookers = [
        subprocess.Popen(
            [sys.executable, "-c", _BOOKER, address, str(4 * n)], stdin=subprocess.PIPE, text=True
        )
        for n in range(3)
    ]
    for booker in bookers:
        assert booker.stdin is not None
        booker.stdin.write("go\n")
        booker.stdin.close()
    assert [booker.wait(timeout=60) for booker in bookers] == [0, 0, 0]

    with one_chair.connect() as connection:
        starts = connection.scalars(select(Booking.starts)).all()
        cells = connection.scalars(
            select(OccupiedCell.cell).where(OccupiedCell.resource == "provider/chair")
        ).all()
    assert len(starts) == len(set(starts)) == 12
    assert len(cells) == len(set(cells)) == 24


def _hours(opens: int, closes: int, weekday: int, slot: int = 30, holidays: str = "") -> Hours:
    return Hours("p", weekday, opens, closes, slot, "America/New_York", holidays, 1)


def test_slots_keep_local_hours_across_the_end_of_summer_time():
    """Nine o'clock stays nine o'clock: Friday in summer time, the next one in winter time."""
    week = int(datetime(2026, 10, 26, tzinfo=UTC).timestamp())

    found = slots([_hours(9 * 60, 10 * 60, weekday=4)], week, week + 14 * DAY, 30)

    local = [datetime.fromtimestamp(slot.starts, NEW_YORK) for slot in found]
    assert [moment.hour for moment in local] == [9, 9, 9, 9]
    assert {moment.tzname() for moment in local} == {"EDT", "EST"}


def test_a_time_that_the_clocks_skip_is_no_slot():
    sunday = int(datetime(2027, 3, 14, 5, tzinfo=UTC).timestamp())

    found = slots([_hours(60, 4 * 60, weekday=6, slot=60)], sunday, sunday + DAY, 30)

    local = [datetime.fromtimestamp(slot.starts, NEW_YORK).hour for slot in found]
    assert local == [1, 3]


def test_no_slots_on_a_public_holiday():
    """Thanksgiving 2026 is Thursday, November 26."""
    found = slots([_hours(540, 570, weekday=3, holidays="US")], MONDAY, MONDAY + 13 * DAY, 30)

    assert [datetime.fromtimestamp(slot.starts, NEW_YORK).day for slot in found] == [3]


def test_an_appointment_ends_before_the_provider_closes():
    found = slots([_hours(540, 600, weekday=0)], MONDAY, MONDAY + DAY, 45)

    assert len(found) == 1
