"""Every row of clinical.md 5.2 and 5.3 that ships as data, as dates; and the hours over DST."""

from __future__ import annotations

import pytest

from pathways.calendar.table import local_day
from pathways.review import clocks
from pathways.review.payer import Benefit, Pended, Speed, Type, clock_for, payer_of, usual_payer
from pathways.review.record import Approval
from tests.kernel.building import NEW_YORK, at
from tests.review.building import PAYERS

RECEIVED = "2026-09-11T10:00-04:00"
"""A Friday."""
ROWS_OF_5_2: list[tuple[str, Type, Speed, Benefit, str]] = [
    ("medicare-advantage", "prior", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("medicare-advantage", "prior", "standard", "medical", "2026-09-18T23:59:59-04:00"),
    ("medicare-advantage", "concurrent", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("medicare-advantage", "extension", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("medicare-advantage", "prior", "standard", "part-b-drug", "2026-09-14T10:00-04:00"),
    ("medicare-advantage", "prior", "expedited", "part-b-drug", "2026-09-12T10:00-04:00"),
    ("medicare-advantage", "prior", "standard", "part-d-drug", "2026-09-14T10:00-04:00"),
    ("medicare-advantage", "prior", "expedited", "part-d-drug", "2026-09-12T10:00-04:00"),
    ("medicaid-managed", "prior", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("medicaid-managed", "prior", "standard", "medical", "2026-09-18T23:59:59-04:00"),
    ("erisa-commercial", "prior", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("erisa-commercial", "prior", "standard", "medical", "2026-09-26T23:59:59-04:00"),
    ("erisa-commercial", "retrospective", "standard", "medical", "2026-10-11T23:59:59-04:00"),
    ("ncqa-accredited", "prior", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("ncqa-accredited", "concurrent", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("ncqa-accredited", "extension", "expedited", "medical", "2026-09-12T10:00-04:00"),
    ("ncqa-accredited", "retrospective", "standard", "medical", "2026-10-11T23:59:59-04:00"),
    ("qhp-federal", "prior", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ("qhp-federal", "prior", "standard", "medical", "2026-09-26T23:59:59-04:00"),
    ("traditional-medicare", "prior", "standard", "medical", "2026-09-18T23:59:59-04:00"),
    ("traditional-medicare", "prior", "expedited", "medical", "2026-09-15T23:59:59-04:00"),
]


@pytest.mark.parametrize(("payer", "kind", "speed", "benefit", "due"), ROWS_OF_5_2)
def test_each_payer_decides_within_its_time(
    payer: str, kind: Type, speed: Speed, benefit: Benefit, due: str
) -> None:
    clock = clock_for(PAYERS[payer], kind, speed, benefit)
    assert clock is not None
    assert clocks.decide_by(NEW_YORK, clock, at(RECEIVED)) == at(due)


@pytest.mark.parametrize(
    ("payer", "speed", "benefit", "due"),
    [
        ("medicare-advantage", "standard", "medical", "2026-10-02T23:59:59-04:00"),
        ("medicaid-managed", "standard", "medical", "2026-10-02T23:59:59-04:00"),
        ("erisa-commercial", "standard", "medical", "2026-10-11T23:59:59-04:00"),
        ("medicare-advantage", "standard", "part-b-drug", "2026-09-14T10:00-04:00"),
        ("erisa-commercial", "expedited", "medical", "2026-09-14T10:00-04:00"),
    ],
)
def test_an_extension_of_the_payer_adds_its_days_or_nothing(
    payer: str, speed: Speed, benefit: Benefit, due: str
) -> None:
    """+14 days under CMS-0057-F, +15 under ERISA, none for drugs and urgent ERISA requests."""
    clock = clock_for(PAYERS[payer], "prior", speed, benefit)
    assert clock is not None
    usual = clocks.decide_by(NEW_YORK, clock, at(RECEIVED))
    assert clocks.extended(NEW_YORK, clock, usual) == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2027-03-12T16:20-05:00", "2027-03-15T17:20-04:00"),
        ("2026-10-30T11:00-04:00", "2026-11-02T10:00-05:00"),
    ],
)
def test_72_hours_are_elapsed_time_across_the_change_of_clocks(received: str, due: str) -> None:
    clock = clock_for(PAYERS["erisa-commercial"], "prior", "expedited", "medical")
    assert clock is not None
    assert clocks.decide_by(NEW_YORK, clock, at(received)) == at(due)


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ("2026-09-26T23:59:59-04:00", 24),
        ("2026-09-27T00:00-04:00", 72),
        ("2026-09-27T04:00-04:00", 72),
        ("2026-09-20T10:00-04:00", 24),
    ],
)
@pytest.mark.parametrize("payer", ["erisa-commercial", "ncqa-accredited"])
def test_an_extension_asked_less_than_24_hours_before_the_end_is_urgent_72(
    payer: str, asked: str, hours: int
) -> None:
    """B19: 20 hours before the end (Sun 04:00) the 24-hour clock is not guaranteed."""
    clock = clock_for(PAYERS[payer], "extension", "expedited", "medical")
    assert clock is not None
    end = at("2026-09-27T23:59:59-04:00")
    assert clocks.decide_by(NEW_YORK, clock, at(asked), end) == at(asked) + hours * 3600


def pended(payer: str, speed: Speed) -> tuple[Pended, int]:
    """The payer's rule, with the due time of a request of that Friday."""
    clock = clock_for(PAYERS[payer], "prior", speed, "medical")
    assert clock is not None
    return clock.pended, clocks.decide_by(NEW_YORK, clock, at(RECEIVED))


def test_erisa_urgent_tells_in_24_hours_gives_48_and_decides_48_after_the_answer() -> None:
    rule, due = pended("erisa-commercial", "expedited")
    asked, answered = at("2026-09-12T09:00-04:00"), at("2026-09-13T09:00-04:00")
    assert clocks.told_in_time(NEW_YORK, rule, at(RECEIVED), asked)
    assert not clocks.told_in_time(NEW_YORK, rule, at(RECEIVED), asked + 2 * 3600)
    assert clocks.answer_by(NEW_YORK, rule, asked, due) == asked + 48 * 3600
    assert clocks.due_after_answer(NEW_YORK, rule, asked, answered, due) == answered + 48 * 3600
    never = clocks.due_while_pended(NEW_YORK, rule, asked, due)
    assert never == asked + 96 * 3600


def test_erisa_standard_stands_still_while_the_claimant_has_45_days() -> None:
    rule, due = pended("erisa-commercial", "standard")
    asked = at("2026-09-14T09:00-04:00")
    assert clocks.answer_by(NEW_YORK, rule, asked, due) == at("2026-10-29T23:59:59-04:00")
    answered = at("2026-09-24T15:00-04:00")
    after = clocks.due_after_answer(NEW_YORK, rule, asked, answered, due)
    assert after == at("2026-10-06T23:59:59-04:00")  # 2026-09-26 and ten days


def test_the_seven_days_of_cms_do_not_stop_for_a_question() -> None:
    rule, due = pended("medicare-advantage", "standard")
    asked = at("2026-09-16T09:00-04:00")
    assert clocks.due_while_pended(NEW_YORK, rule, asked, due) == due
    assert clocks.due_after_answer(NEW_YORK, rule, asked, asked + 86_400, due) == due
    assert clocks.answer_by(NEW_YORK, rule, asked, due) == at("2026-09-17T23:59:59-04:00")
    late = at("2026-09-18T09:00-04:00")
    assert clocks.answer_by(NEW_YORK, rule, late, due) == due


NOTICE = "2026-09-14T09:00-04:00"
ROWS_OF_5_3 = [
    # payer, level, file by, expedited, before the service, after it
    ("medicare-advantage", 1, "11-18", 72, "10-14", "11-13"),
    ("medicare-advantage", 2, "11-13", 72, "10-14", "11-13"),
    ("medicaid-managed", 1, "11-13", 72, "10-14", "10-14"),
    ("medicaid-managed", 2, "2027-01-12", 0, "", ""),
    ("erisa-commercial", 1, "2027-03-13", 72, "10-14", "11-13"),
    ("erisa-commercial", 2, "2027-01-14", 72, "10-29", "10-29"),
    ("qhp-federal", 1, "2027-03-13", 72, "10-14", "11-13"),
    ("traditional-medicare", 1, "2027-01-12", 0, "11-13", "11-13"),
    ("traditional-medicare", 2, "2027-03-13", 0, "11-13", "11-13"),
]


def day_end(text: str) -> int:
    """23:59:59 in New York of a day, of 2026 unless it says its year; 0 for no day."""
    full = text if len(text) > 5 else f"2026-{text}"
    winter = full >= "2026-11-01" and full < "2027-03-14"
    return at(f"{full}T23:59:59{'-05:00' if winter else '-04:00'}") if text else 0


@pytest.mark.parametrize(("payer", "level", "file", "hours", "before", "after"), ROWS_OF_5_3)
def test_each_appeal_is_filed_and_decided_within_its_time(
    payer: str, level: int, file: str, hours: int, before: str, after: str
) -> None:
    appeal = clocks.appeal_at(PAYERS[payer], level)
    assert appeal is not None
    filed = at(NOTICE)

    def due(*, expedited: bool = False, service_over: bool = False) -> int:
        return clocks.appeal_decided_by(
            NEW_YORK, appeal, filed, expedited=expedited, drug=False, after=service_over
        )

    assert clocks.file_by(NEW_YORK, appeal, filed) == day_end(file)
    assert due() == day_end(before)
    assert due(service_over=True) == day_end(after)
    if hours:
        assert due(expedited=True) == filed + hours * 3600


def test_a_reconsideration_about_a_drug_takes_seven_days() -> None:
    appeal = clocks.appeal_at(PAYERS["medicare-advantage"], 1)
    assert appeal is not None
    due = clocks.appeal_decided_by(
        NEW_YORK, appeal, at(NOTICE), expedited=False, drug=True, after=False
    )
    assert due == day_end("09-21")


def test_an_appeal_is_called_to_mind_at_half_of_its_time_and_ten_days_before_its_end() -> None:
    last = day_end("2027-03-13")
    half, ten = clocks.appeal_reminders(NEW_YORK, at(NOTICE), last)
    assert half == at(NOTICE) + (last - at(NOTICE)) // 2
    assert ten == at("2027-03-03T08:00-05:00")


def test_the_physicians_may_talk_for_72_hours_in_hospital_and_14_days_outside() -> None:
    window = PAYERS["medicare-advantage"].peer_to_peer
    assert window is not None
    assert clocks.peer_to_peer_by(NEW_YORK, window, at(NOTICE), "irf") == at(NOTICE) + 72 * 3600
    assert clocks.peer_to_peer_by(NEW_YORK, window, at(NOTICE), "dme") == day_end("09-28")


@pytest.mark.parametrize(
    ("units", "used", "mostly"), [(10, 7, False), (10, 8, True), (14, 11, False), (0, 9, False)]
)
def test_80_percent_of_the_units(units: int, used: int, mostly: bool) -> None:
    assert clocks.units_mostly_used(Approval(units=units, used=used)) is mostly


def test_an_authorization_over_the_change_of_clocks_ends_24_elapsed_hours_after_its_last_call() -> (
    None
):
    """Ends Sun 2026-11-01, a day of 25 hours: the last call is Sun 00:59:59 EDT, not Saturday."""
    last = local_day(NEW_YORK, at("2026-11-01T12:00-05:00"))
    approval = Approval(first=last - 6, last=last, units=7, unit="days")
    assert clocks.last_call(NEW_YORK, approval) == at("2026-11-01T00:59:59-04:00")


def test_coverage_is_known_by_the_longest_code_that_fits_or_by_its_name() -> None:
    assert payer_of(PAYERS, ("119",)) == "medicare-advantage"
    assert payer_of(PAYERS, ("121",)) == "traditional-medicare"
    assert payer_of(PAYERS, ("213",)) == "medicaid-managed"
    assert payer_of(PAYERS, ("Commercial",)) == "erisa-commercial"
    assert payer_of(PAYERS, ("Example Health Plan",)) == ""
    assert usual_payer(PAYERS) == "medicare-advantage"
    assert usual_payer({}) == ""


def test_every_clock_that_ships_names_its_source_and_how_sure_it_is() -> None:
    assert len(PAYERS) == 7
    for payer in PAYERS.values():
        said = [
            *((one.source, one.tag) for one in payer.clocks),
            *((one.source, one.tag) for one in payer.appeals),
            *((one.source, one.tag) for one in payer.notices),
        ]
        assert all(source and tag in ("L", "W", "C", "D") for source, tag in said)
        assert payer.silence == "not-approval"
