"""One site: every role has a mailbox, every service that is booked is offered."""

from __future__ import annotations

from pathlib import Path

from pathways.proving import subject_of, unfilled_roles, unknown_services
from tests.proving.proving import calendar, compiled

SOURCE = (
    (Path(__file__).parent / "golden" / "never-no.golden")
    .read_text("utf-8")
    .split("==== source\n")[1]
    .split("==== issues\n")[0]
    .replace(
        "      - id: hello",
        "      - {id: visit, schedule: {service: eye-exam, by: primary-care}}\n      - id: hello",
    )
)
SUBJECT = subject_of(compiled(SOURCE), calendar())
MAILBOXES = ("case-manager", "nurse-manager", "primary-care", "program-manager")


def test_a_role_that_work_comes_to_needs_a_mailbox() -> None:
    assert SUBJECT is not None
    proof, *others = unfilled_roles(SUBJECT, ("case-manager", "nurse-manger", "program-manager"))
    assert proof.issue.code == "unfilled-role"
    assert 'Nobody fills the role "primary-care"' in proof.issue.message
    assert [other.issue.hint for other in others] == ['Did you mean "nurse-manger"?']


def test_with_a_mailbox_for_each_role_nothing_is_found() -> None:
    assert SUBJECT is not None
    assert list(unfilled_roles(SUBJECT, MAILBOXES)) == []


def test_a_role_that_nothing_comes_to_needs_none() -> None:
    listed = SOURCE.replace("roles: [", "roles: [podiatry, ")
    subject = subject_of(compiled(listed), calendar())
    assert subject is not None
    assert list(unfilled_roles(subject, MAILBOXES)) == []


def test_a_service_that_is_booked_must_be_offered() -> None:
    assert SUBJECT is not None
    (proof,) = unknown_services(SUBJECT, ("eye-examination", "lab"))
    assert proof.issue.code == "unknown-service"
    assert proof.issue.message == '"visit" books "eye-exam", which the directory does not offer.'
    assert proof.issue.hint == 'Did you mean "eye-examination"?'
    assert list(unknown_services(SUBJECT, ("eye-exam",))) == []
