"""A referral of somebody who may be the patient, in a scenario (X7)."""

from __future__ import annotations

import pytest

from tests.scenarios.stories import differences, played

PATIENT = 'patient: {name: Hana K., born: 1993-02-01, phone: "312 555 0142"}\n'
REFER = (
    "{at: day 1 10:00, refer: small, told: {name: Hanna Kay, born: 1993-02-01, "
    'phone: "3125550142", referrer: the plan}}'
)


def text(*lines: str) -> str:
    return PATIENT + "course:\n" + "".join(f"  - {line}\n" for line in lines)


def test_a_likely_referral_waits_until_a_person_says_who_it_is() -> None:
    waits = text(REFER, "{until: day 2, all-done: true}")
    assert not differences(
        waits + "expect:\n  - {task: match, at: day 1 10:00, due: 1 business day, status: open}\n"
        "  - {timeline: enrolled, times: 1}\nnever:\n  - {timeline: referral-linked}\n"
    )


def test_confirmed_it_is_linked_and_the_referrers_are_answered() -> None:
    linked = text(REFER, "{at: day 2 10:00, match: same-person}", "{until: day 4, all-done: true}")
    assert not differences(
        linked + "expect:\n  - {timeline: referral-linked, at: day 2 10:00}\n"
        "  - {task: answer-referrer, due: 1 business day, outcome: answered}\n"
    )


def test_rejected_nothing_of_it_is_the_patients() -> None:
    apart = text(REFER, "{at: day 2 10:00, match: other-person, reason: her sister}")
    assert not differences(
        apart + "expect:\n  - {task: match, outcome: other-person}\n"
        "  - {timeline: match-rejected, at: day 2 10:00}\nnever:\n  - {timeline: referral-linked}\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{at: day 1 10:00, refer: small, told: {name: Peter Olsen}}", "somebody else"),
        ("{at: day 1 10:00, refer: small, told: {nick: Hana}}", "not nick"),
        ("{at: day 1 10:00, match: same-person}", "No referral waits"),
    ],
)
def test_a_line_that_cannot_be_played_says_why(line: str, said: str) -> None:
    (trouble,) = played(text(line)).troubles
    assert said in trouble.message
