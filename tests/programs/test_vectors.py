"""The windows of clinical.md 0.3 (T1-T6) and the boundary cases B7-B15, as tables."""

from __future__ import annotations

import pytest

from pathways.programs.fact import Fact
from pathways.programs.settling import settled
from tests.programs import facts as say

T1_T5 = [
    # discharge, contact, +7, +14, last TCM day, reconciliation by
    ("2026-11-24", "2026-11-27", "2026-12-01", "2026-12-08", "2026-12-23", "2026-12-24"),
    ("2026-12-23", "2026-12-28", "2026-12-30", "2027-01-06", "2027-01-21", "2027-01-22"),
    ("2026-12-31", "2027-01-05", "2027-01-07", "2027-01-14", "2027-01-29", "2027-01-30"),
    ("2027-01-15", "2027-01-20", "2027-01-22", "2027-01-29", "2027-02-13", "2027-02-14"),
    ("2027-03-12", "2027-03-16", "2027-03-19", "2027-03-26", "2027-04-10", "2027-04-11"),
    ("2027-04-01", "2027-04-05", "2027-04-08", "2027-04-15", "2027-04-30", "2027-05-01"),
    ("2026-07-01", "2026-07-06", "2026-07-08", "2026-07-15", "2026-07-30", "2026-07-31"),
]


@pytest.mark.parametrize(("home", "contact", "week", "fortnight", "last", "reconciled"), T1_T5)
def test_the_dates_after_a_discharge_are_those_of_the_vectors(
    home: str, contact: str, week: str, fortnight: str, last: str, reconciled: str
) -> None:
    """Given a discharge at 14:30, then every clock ends at 23:59:59 of the vector's day."""
    discharged = say.event(f"{home} 14:30", "discharged", to="home")
    mine = say.clocks("tcm", f"{home} 15:00", discharged)
    (period,) = say.periods("tcm", f"{home} 15:00", discharged)
    indicator = say.clocks("reconciliation", f"{home} 15:00", discharged)["by-day-30"]

    due = {name: say.day(clock.due) for name, clock in mine.items()}
    assert due["contact"] == f"{contact} 23:59:59"
    assert due["visit-7"] == f"{week} 23:59:59"
    assert due["visit-14"] == f"{fortnight} 23:59:59"
    assert say.day(period.ends) == f"{last} 23:59:59"
    assert say.day(indicator.due) == f"{reconciled} 23:59:59"


HOME = say.event("2026-11-24 14:30", "discharged", to="home", stay="psychiatric")
EMERGENCY = say.event("2026-11-24 14:30", "ed-visit", reason="mental-illness")
SEEN = "psychiatry-visit"


@pytest.mark.parametrize(
    ("visit", "week", "month"),
    [
        ("2026-11-24 16:00", "missed", "missed"),  # B8: the day of the discharge: no
        ("2026-11-25 09:00", "met", "met"),
        ("2026-12-01 09:00", "met", "met"),  # B8: day 7
        ("2026-12-02 09:00", "missed", "met"),  # B8: day 8: only the 30 days
        ("2026-12-24 23:00", "missed", "met"),
        ("2026-12-25 09:00", "missed", "missed"),
    ],
)
def test_b8_a_psychiatric_discharge_excludes_its_day(visit: str, week: str, month: str) -> None:
    mine = say.clocks("follow-up-psychiatric-stay", "2027-02-01", HOME, say.visit(visit, SEEN))
    assert (mine["day-7"].status, mine["day-30"].status) == (week, month)


@pytest.mark.parametrize(
    ("visit", "week"),
    [
        ("2026-11-24 10:00", "met"),  # B9: the same day counts, whatever the hour
        ("2026-11-24 18:00", "met"),
        ("2026-12-01 23:59", "met"),
        ("2026-12-02 00:00", "missed"),
    ],
)
def test_b9_an_emergency_visit_includes_its_day(visit: str, week: str) -> None:
    mine = say.clocks(
        "follow-up-psychiatric-emergency", "2027-02-01", EMERGENCY, say.visit(visit, SEEN)
    )
    assert mine["day-7"].status == week


@pytest.mark.parametrize(
    ("program", "trigger", "first", "week"),
    [
        ("follow-up-substance-emergency", ("ed-visit", "reason", "overdose"), "met", "met"),
        ("follow-up-substance-stay", ("discharged", "stay", "substance-use"), "missed", "met"),
    ],
)
def test_t4_substance_use_is_counted_as_its_kind(
    program: str, trigger: tuple[str, str, str], first: str, week: str
) -> None:
    """Given a visit on day 0, or on day 7, then an emergency includes day 0 and a stay does not."""
    name, detail, word = trigger
    start = say.event("2026-11-24 08:00", name, **{detail: word})
    same = say.visit("2026-11-24 20:00", "substance-use-visit")
    later = say.visit("2026-12-01 20:00", "substance-use-visit")
    assert say.clocks(program, "2027-02-01", start, same)["day-7"].status == first
    assert say.clocks(program, "2027-02-01", start, later)["day-7"].status == week


@pytest.mark.parametrize(
    ("when", "status"),
    [
        ("2026-11-24 09:00", "met"),  # day 0, by date
        ("2026-12-24 23:59", "met"),  # B10: day 30
        ("2026-12-25 00:00", "missed"),  # B10: day 31
    ],
)
def test_b10_reconciliation_counts_to_day_30(when: str, status: str) -> None:
    done = say.work(when, "reconcile", "pharmacist")
    assert say.clocks("reconciliation", "2027-02-01", HOME, done)["by-day-30"].status == status


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("primary-care", "met"),
        ("pharmacist", "met"),
        ("case-manager", "met"),
        ("licensed-practical-nurse", "missed"),  # B11
        ("coordinator", "missed"),
    ],
)
def test_b11_only_some_roles_reconcile(role: str, status: str) -> None:
    done = say.work("2026-11-30 09:00", "reconcile", role)
    assert say.clocks("reconciliation", "2027-02-01", HOME, done)["by-day-30"].status == status
    assert say.clocks("tcm", "2027-02-01", HOME, done)["reconciliation"].status == status


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([say.contact("2026-11-25 10:00", role="automated-assistant")], "missed"),  # B12
        ([say.contact("2026-11-25 10:00", role="")], "missed"),
        ([say.contact("2026-11-24 10:00")], "missed"),  # before the discharge: no contact after it
        ([say.contact("2026-11-25 10:00", whom="caregiver")], "met"),
        ([say.contact("2026-11-27 23:59")], "met"),
        ([say.contact("2026-11-28 00:00")], "missed"),
        ([say.attempt("2026-11-25 10:00")], "missed"),
        ([say.attempt("2026-11-25 10:00"), say.attempt("2026-11-27 10:00")], "met"),  # X1
        ([say.attempt("2026-11-25 10:00"), say.attempt("2026-11-28 10:00")], "missed"),
    ],
)
def test_b12_what_is_a_contact(told: list[Fact], status: str) -> None:
    assert say.clocks("tcm", "2027-02-01", HOME, *told)["contact"].status == status


@pytest.mark.parametrize(
    ("visit", "codes"),
    [
        ("2026-12-01 10:00", ("99496", "99495")),  # B13: day 7 at 10:00
        ("2026-12-02 10:00", ("99495",)),  # B13: day 8
        ("2026-12-08 10:00", ("99495",)),
        ("2026-12-09 10:00", ()),
    ],
)
def test_b13_the_day_of_the_visit_decides_what_may_be_claimed(
    visit: str, codes: tuple[str, ...]
) -> None:
    done = (
        HOME,
        say.contact("2026-11-25 10:00"),
        say.work("2026-11-30 10:00", "reconcile", "pharmacist"),
        say.visit(visit),
    )
    (period,) = say.periods("tcm", "2027-02-01", *done)
    assert period.codes == codes
    assert period.status == ("claimable" if codes else "incomplete")


def test_reconciliation_is_due_by_the_visit() -> None:
    """Given a visit on day 5 and a reconciliation on day 6, then it came too late."""
    mine = say.clocks(
        "tcm",
        "2027-02-01",
        HOME,
        say.visit("2026-11-29 10:00"),
        say.work("2026-11-30 10:00", "reconcile", "pharmacist"),
    )
    assert say.day(mine["reconciliation"].due) == "2026-11-29 23:59:59"
    assert mine["reconciliation"].status == "missed"


@pytest.mark.parametrize(
    ("died", "status"),
    [("2026-12-13 08:00", "void"), ("2026-12-23 23:00", "void"), ("2026-12-24 01:00", "claimable")],
)
def test_b14_no_claim_for_a_patient_who_dies_before_the_period_ends(died: str, status: str) -> None:
    """Given all was done, when the patient dies on day 20 or on the last day, then no claim."""
    (period,) = say.periods(
        "tcm",
        "2027-02-01",
        HOME,
        say.contact("2026-11-25 10:00"),
        say.work("2026-11-30 10:00", "reconcile", "pharmacist"),
        say.visit("2026-12-01 10:00"),
        Fact(say.at(died), "died", ("patient",)),
    )
    assert (period.status, bool(period.codes)) == (status, status == "claimable")


def test_b15_discharged_to_a_nursing_facility_the_clocks_wait() -> None:
    """Given a discharge to a nursing facility, then from there home, then the second counts."""
    away = say.event("2026-11-24 14:30", "discharged", to="skilled-nursing")
    assert say.clocks("tcm", "2026-11-25", away) == {}
    home = say.event("2026-12-10 11:00", "discharged", to="home")
    assert say.day(say.clocks("tcm", "2026-12-11", away, home)["contact"].due) == (
        "2026-12-14 23:59:59"
    )


def test_b16_doubled_retracted_and_told_again_is_one_discharge_at_its_new_time() -> None:
    """Given A03 twice for one visit, then A13, then A03: one, none, and one with the new time."""
    first = say.event("2026-11-24 14:30", "discharged", visit="V1")
    back = say.event("2026-11-24 16:00", "discharge-cancelled", visit="V1")
    again = say.event("2026-11-25 09:00", "discharged", visit="V1")
    started = [
        [say.day(c.started) for c in say.clocks("tcm", "2026-11-26", *settled(told)).values()]
        for told in ([first, first], [first, first, back], [first, first, back, again])
    ]
    assert started == [["2026-11-24 14:30:00"] * 4, [], ["2026-11-25 09:00:00"] * 4]


def test_b16_the_date_that_a_retracted_discharge_told_starts_no_clock() -> None:
    """Given A03 and A13 of one visit, whose date the record took over from the message, then
    nothing counts; a date that a nurse wrote down counts on."""
    gone = say.event("2026-11-24 14:30", "discharged", visit="V1")
    back = say.event("2026-11-24 16:00", "discharge-cancelled", visit="V1")
    names, at = ("discharge-date",), say.at("2026-11-24 14:30")
    by = {who: Fact(at, "value", names, who, "2026-11-24") for who in ("visit", "case-manager")}
    assert say.clocks("tcm", "2026-11-26", *settled([gone, by["visit"], back])) == {}
    assert say.clocks("tcm", "2026-11-26", *settled([gone, by["case-manager"], back])) != {}


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ([("admitted", "V1"), ("admission-cancelled", "V1")], []),
        ([("admitted", ""), ("admission-cancelled", "")], []),
        ([("admitted", "V1"), ("admission-cancelled", "V2")], ["V1"]),
        ([("admitted", "V1"), ("admitted", "V2"), ("admission-cancelled", "V1")], ["V2"]),
        ([("admitted", "V1"), ("admitted", "V1")], ["V1"]),
    ],
)
def test_a_stay_that_was_taken_back_is_none(told: list[tuple[str, str]], left: list[str]) -> None:
    facts = [say.event("2026-11-24 14:30", name, visit=visit) for name, visit in told]
    kept = [f.details["visit"] for f in settled(facts) if f.names == ("admitted",)]
    assert kept == left


def test_two_numbers_of_one_visit_are_one_stay() -> None:
    merge = say.event("2026-11-24 15:00", "visit-merged", visit="V1", into="V2")
    facts = settled([say.event("2026-11-24 14:30", "discharged", visit="V1"), merge])
    later = settled([*facts, say.event("2026-11-25 10:00", "discharged", visit="V2")])
    assert [say.day(f.at) for f in later if f.names == ("discharged",)] == ["2026-11-25 10:00:00"]


def test_a_date_that_was_put_right_moves_the_clock_and_one_taken_back_stops_it() -> None:
    """Given the date of a discharge, when it is corrected, then retracted, so is the clock."""
    when = say.at("2026-11-26 09:00")
    told = Fact(when, "value", ("discharge-date",), "", "2026-11-20")
    right = Fact(when, "value-corrected", ("discharge-date",), "", "2026-11-24")
    gone = Fact(when, "value-retracted", ("discharge-date",))
    mine = say.clocks("tcm", "2026-11-26 10:00", *settled([told, right]))
    assert say.day(mine["contact"].due) == "2026-11-27 23:59:59"
    assert say.clocks("tcm", "2026-11-26 10:00", *settled([told, right, gone])) == {}


def test_t1_being_told_late_does_not_move_the_clock() -> None:
    """Given a discharge of which only the date is known, and that days later, then it is day 0."""
    told = Fact(say.at("2026-11-27 09:00"), "value", ("discharge-date",), "", "2026-11-24")
    assert say.day(say.clocks("tcm", "2026-11-27 10:00", told)["contact"].due) == (
        "2026-11-27 23:59:59"
    )


@pytest.mark.parametrize(
    ("measured", "status", "following"),
    [
        ("2027-06-01 09:00", "met", "2028-06-01 23:59:59"),  # early: the next year from then
        ("2027-11-24 23:00", "met", "2028-11-24 23:59:59"),
        ("2028-01-24 09:00", "met", "2029-01-24 23:59:59"),  # within the grace
        ("2028-01-25 09:00", "missed", "2029-01-25 23:59:59"),
    ],
)
def test_t6_yearly_is_due_at_12_months_and_missed_after_14(
    measured: str, status: str, following: str
) -> None:
    start = say.enrolled("2026-11-24 10:00", "type-2-diabetes")
    known = Fact(say.at(measured), "value", ("hba1c",), "", "7.1")
    mine = say.clocks("diabetes-yearly", "2028-02-01", start, known)
    assert say.day(mine["hba1c"].due) == "2027-11-24 23:59:59"
    assert say.day(mine["hba1c"].limit) == "2028-01-24 23:59:59"
    assert mine["hba1c"].status == status
    assert say.day(mine["hba1c.2"].due) == following


def test_t6_between_due_and_limit_is_grace() -> None:
    start = say.enrolled("2026-11-24 10:00", "type-2-diabetes")
    clock = say.clocks("diabetes-yearly", "2028-01-24 23:59:58", start)["hba1c"]
    assert (clock.status, clock.slack) == ("grace", 1)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        ("2026-12-08 10:00", "missed"),  # day 6
        ("2026-12-09 00:00", "met"),  # day 7
        ("2027-02-24 23:00", "met"),  # day 84
        ("2027-02-25 00:00", "missed"),
    ],
)
def test_the_postpartum_visit_is_from_day_7_to_84(seen: str, status: str) -> None:
    born = say.event("2026-12-02 03:00", "delivered")
    mine = say.clocks("perinatal", "2027-06-01", born, say.visit(seen, "postpartum-visit"))
    assert mine["postpartum"].status == status
