"""The ledger of minutes: counted once, by calendar month, corrected openly (T7, 1.2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathways.calendar.resolve import resolve
from pathways.calendar.table import CalendarTable
from pathways.journey.effects import Answer, Entry
from pathways.journey.events import Actor, Spend
from pathways.narrative import tell
from pathways.programs.ledger import Month, ledger, lines
from tests.kernel.building import NEW_YORK, Patient, human, pathway, stage
from tests.programs.facts import programs

HONOLULU = resolve("Pacific/Honolulu", date(2026, 1, 1), date(2027, 12, 31))


def patient(calendar: CalendarTable = NEW_YORK) -> Patient:
    found = Patient(calendar=calendar)
    found.enroll(pathway(stage("only", "follow-up", human("call"))))
    return found


def spend(who: Patient, minutes: int, on: str, program: str = "ccm", **more: Any) -> Answer:
    role = more.pop("role", "case-manager")
    if "starts" in more:
        zone = ZoneInfo(who.calendar.zone)
        moment = datetime.fromisoformat(f"{on} {more['starts']}").replace(tzinfo=zone)
        more["starts"] = int(moment.timestamp())
    event = Spend(who.command(), Actor("n1", role), program, minutes, on, **more)
    answer = who.apply(event).answer
    assert answer is not None
    return answer


def months(who: Patient) -> dict[tuple[str, str], Month]:
    return {(m.month, m.program): m for m in ledger(who.entries, programs())}


def test_minutes_add_up_within_a_month_and_show_what_is_missing() -> None:
    who = patient()
    spend(who, 12, "2026-11-03")
    assert (months(who)["2026-11", "ccm"].codes, months(who)["2026-11", "ccm"].missing) == ((), 8)
    spend(who, 8, "2026-11-20")
    month = months(who)["2026-11", "ccm"]
    assert (month.minutes, month.codes) == (20, ("99490",))
    assert (month.missing, month.following) == (20, "99439")


def test_nothing_carries_over_into_the_next_month() -> None:
    """Given 15 minutes on the last day of October and 15 on the first of November, then 20
    minutes are reached in neither month."""
    who = patient()
    spend(who, 15, "2026-10-31")
    spend(who, 15, "2026-11-01")
    assert [(m.month, m.minutes, m.codes) for m in ledger(who.entries, programs())] == [
        ("2026-11", 15, ()),
        ("2026-10", 15, ()),
    ]


def test_the_month_is_the_patients_own() -> None:
    """Given 23:30 to 23:50 of 31 October in Honolulu, already November in New York: October."""
    who = patient(HONOLULU)
    assert spend(who, 20, "2026-10-31", starts="23:30").status == "applied"
    assert list(months(who)) == [("2026-10", "ccm")]


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (("ccm", "10:00", 20), ("pcm", "10:19", 5), True),
        (("ccm", "10:00", 20), ("ccm", "09:50", 11), True),
        (("ccm", "10:00", 20), ("chi", "10:05", 5), True),
        (("ccm", "10:00", 20), ("pcm", "10:20", 5), False),
        (("ccm", "10:00", 20), ("pcm", "09:50", 10), False),
    ],
)
def test_a_minute_counts_once_whatever_the_program(
    first: tuple[str, str, int], second: tuple[str, str, int], refused: bool
) -> None:
    who = patient()
    program, starts, length = first
    spend(who, length, "2026-11-03", program, starts=starts)
    program, starts, length = second
    answer = spend(who, length, "2026-11-03", program, starts=starts, role="navigator")
    assert (answer.code == "minutes-overlap") == refused
    assert len(lines(who.entries, programs())) == (1 if refused else 2)
    if refused:
        assert "A minute counts once" in answer.message


def test_an_entry_is_corrected_and_struck_out_and_the_timeline_keeps_both() -> None:
    who = patient()
    entry = spend(who, 12, "2026-11-03", starts="10:00").task
    assert spend(who, 21, "2026-11-03", starts="10:00", corrects=entry).status == "applied"
    assert months(who)["2026-11", "ccm"].minutes == 21
    spend(who, 0, "2026-11-03", corrects=entry)
    assert months(who) == {}
    assert who.kinds().count("minutes-spent") == 3
    assert tell(who.entries[-1], NEW_YORK) == (
        f"0 minutes for ccm, 2026-11-03, by the case manager ({entry}), corrected from 21."
    )


def test_what_was_struck_out_overlaps_nothing() -> None:
    who = patient()
    entry = spend(who, 12, "2026-11-03", starts="10:00").task
    spend(who, 0, "2026-11-03", corrects=entry)
    assert spend(who, 5, "2026-11-03", starts="10:02").status == "applied"


def test_the_same_command_again_counts_once() -> None:
    who = patient()
    event = Spend("same", Actor("n1", "case-manager"), "ccm", 12, "2026-11-03")
    first = who.apply(event).answer
    again = who.apply(event)
    assert (again.answer, again.record) == (first, None)
    assert months(who)["2026-11", "ccm"].minutes == 12


@pytest.mark.parametrize(
    ("minutes", "on", "more", "code"),
    [
        (0, "2026-11-03", {}, "implausible"),
        (1441, "2026-11-03", {}, "implausible"),
        (-5, "2026-11-03", {"corrects": "m3"}, "no-such-minutes"),
        (5, "2026-11-25", {}, "in-the-future"),
        (5, "2026-11-24", {"starts": "10:01"}, "in-the-future"),  # it is 10:00 there now
        (5, "2026-02-30", {}, "wrong-type"),
        (5, "03.11.2026", {}, "wrong-type"),
        (20, "2026-11-03", {"starts": "23:50"}, "crosses-midnight"),
        (5, "2026-11-03", {"corrects": "m99"}, "no-such-minutes"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    minutes: int, on: str, more: dict[str, Any], code: str
) -> None:
    who = patient()
    answer = spend(who, minutes, on, **more)
    assert (answer.status, answer.code) == ("refused", code)
    assert who.journey.minutes == {}
    assert ledger(who.entries, programs()) == ()


def test_an_old_entry_leaves_the_state_and_stays_on_record() -> None:
    who = patient()
    entry = spend(who, 12, "2026-11-03").task
    who.until(who.now + 130 * 86_400)
    spend(who, 5, "2027-03-30")
    assert list(who.journey.minutes) != [entry]
    assert spend(who, 1, "2026-11-03", corrects=entry).code == "no-such-minutes"
    assert months(who)["2026-11", "ccm"].minutes == 12


def entry(own: str, program: str, minutes: int, role: str = "case-manager") -> Entry:
    params: dict[str, Any] = {"id": own, "program": program, "minutes": minutes, "on": "2026-11-03"}
    return Entry(0, "minutes-spent", actor=role, params=params)


def test_two_programs_that_exclude_each_other_cannot_both_be_claimed() -> None:
    """Given CCM and PCM that both reach their threshold in a month, then each names the other;
    given PCM short of it, then nothing stands in the way."""
    both = ledger([entry("m1", "ccm", 20), entry("m2", "pcm", 30)], programs())
    assert {m.program: m.excluded_by for m in both} == {"ccm": ("pcm",), "pcm": ("ccm",)}
    one = ledger([entry("m1", "ccm", 20), entry("m2", "pcm", 29)], programs())
    assert {m.program: m.excluded_by for m in one} == {"ccm": (), "pcm": ()}


def test_navigation_goes_together_with_chronic_care_management() -> None:
    both = ledger([entry("m1", "ccm", 20), entry("m2", "pin", 60)], programs())
    assert {m.program: (m.codes, m.excluded_by) for m in both} == {
        "ccm": (("99490",), ()),
        "pin": (("G0023",), ()),
    }


@pytest.mark.parametrize(
    ("program", "minutes", "codes"),
    [
        ("ccm", 19, ()),
        ("ccm", 60, ("99490", "99439", "99439")),
        ("ccm-complex", 60, ("99487",)),
        ("pcm", 30, ("99426",)),
        ("pin", 60, ("G0023",)),
        ("pin", 90, ("G0023", "G0024")),
        ("chi", 59, ()),
        ("chi", 60, ("G0019",)),
        ("bhi", 20, ("99484",)),
    ],
)
def test_the_thresholds(program: str, minutes: int, codes: tuple[str, ...]) -> None:
    role = "behavioral-care-manager" if program == "bhi" else "case-manager"
    (month,) = ledger([entry("m1", program, minutes, role)], programs())
    assert month.codes == codes


def test_time_of_a_role_that_does_not_count_is_shown_apart() -> None:
    (month,) = ledger([entry("m1", "ccm-physician", 30)], programs())
    assert (month.minutes, month.uncounted, month.codes) == (0, 30, ())


def test_minutes_for_a_program_that_is_gone_are_not_lost() -> None:
    (month,) = ledger([entry("m1", "old-program", 30)], programs())
    assert (month.program, month.minutes, month.uncounted) == ("old-program", 0, 30)


@given(
    spans=st.lists(
        st.tuples(
            st.integers(0, 1439), st.integers(1, 120), st.sampled_from(("ccm", "pcm", "chi"))
        ),
        max_size=12,
    )
)
@settings(max_examples=40)
def test_no_minute_of_a_day_is_ever_on_record_twice(spans: list[tuple[int, int, str]]) -> None:
    """Whatever is entered in whatever order, the entries that were taken are disjoint, so that
    their sum is the time of the day that they cover."""
    who = patient()
    for at, length, program in spans:
        spend(who, length, "2026-11-03", program, starts=f"{at // 60:02}:{at % 60:02}")
    kept = who.journey.minutes.values()
    covered = {m for s in kept for m in range(s.starts, s.starts + 60 * s.minutes, 60)}
    assert len(covered) == sum(s.minutes for s in kept)
    assert sum(line.minutes for line in lines(who.entries, programs())) == len(covered)
