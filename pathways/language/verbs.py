"""The verbs of a step, one model each. Field descriptions are what an editor shows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pathways.compiled import Hit
from pathways.language.fields import (
    Condition,
    Count,
    LocalText,
    Model,
    Name,
    Names,
    SpanField,
    Text,
    Value,
)
from pathways.packet import Section

Owner = Annotated[Name, Field(description="The role that does it (default: case-manager).")]
DEFAULT_OWNER = "case-manager"
Reached = Literal["patient", "caregiver"]


class Assess(Model):
    """Ask the patient: data elements and instruments. A task; done when the values are given."""

    by: Owner = DEFAULT_OWNER
    collect: Annotated[Names, Field(description="Data elements to ask for.")] = ()
    instruments: Annotated[Names, Field(description="Instruments to fill in.")] = ()
    contact: Annotated[Reached, Field(description="Who is asked.")] = "patient"


class TableRow(Model):
    """When `when` is yes, the values of `set` hold. The last row has no `when`."""

    when: Annotated[Condition | None, Field(description="Without it, the row always matches.")] = (
        None
    )
    set_: Annotated[
        dict[Name, Value], Field(description="Data elements and their new values.", min_length=1)
    ]


class Decide(Model):
    """A decision table: the row that matches sets data elements."""

    hit: Annotated[
        Hit,
        Field(
            description="first: the first row that matches counts; unique: no two can match; "
            "any: those that match together set the same."
        ),
    ] = "first"
    table: Annotated[
        tuple[TableRow, ...],
        Field(description="Rows. The last, without when, is for everybody else.", min_length=1),
    ]


class Plan(Model):
    """Make the next version of the care plan (a draft). A task."""

    by: Owner = DEFAULT_OWNER


class Approve(Model):
    """Approve or reject what a plan step made. A task, or one for each of several approvers."""

    by: Owner = DEFAULT_OWNER
    of: Annotated[Name, Field(description="The plan step.")]
    must: Annotated[
        Names, Field(description="Instead of by: roles of whom each has to approve.")
    ] = ()
    may: Annotated[
        Names, Field(description="Roles who are asked too, and count for the quorum.")
    ] = ()
    quorum: Annotated[
        Count | None,
        Field(description="How many of both have to approve (default: those who must, else one)."),
    ] = None

    @property
    def approvers(self) -> tuple[str, ...]:
        """Those whose verdict is asked for by a task each."""
        return (*self.must, *self.may)


class MissedAppointment(Model):
    """What a missed appointment leads to."""

    rebook: Annotated[
        SpanField | None, Field(description="New appointment within (default: 14 days).")
    ] = None
    outreach: Annotated[
        SpanField | None, Field(description="Someone calls within (default: 1 business day).")
    ] = None
    escalate: Annotated[Name | None, Field(description="Who is told when it happens again.")] = None


class Schedule(Model):
    """Book an appointment."""

    service: Annotated[Text, Field(description="What the appointment is for.")]
    within: Annotated[SpanField | None, Field(description="How soon (default: 14 days).")] = None
    by: Annotated[Name, Field(description="Who takes over when booking fails.")] = DEFAULT_OWNER
    minutes: Annotated[Count, Field(description="Length of the appointment.")] = 30
    missed: Annotated[
        MissedAppointment, Field(description="What a missed appointment leads to.")
    ] = MissedAppointment()


class Notify(Model):
    """Send a message. Quiet hours and consent are respected."""

    to: Annotated[Name, Field(description="patient, caregiver or a role.")] = "patient"
    message: Annotated[Name, Field(description="A message of this pathway or a common one.")]


class Educate(Model):
    """Teach the patient or caregiver. A task."""

    by: Owner = DEFAULT_OWNER
    topic: Annotated[LocalText, Field(description="What is taught; plain, or by language.")]
    message: Annotated[Name | None, Field(description="Sent when the task is done.")] = None
    contact: Annotated[Reached, Field(description="Who is taught.")] = "patient"


class Refer(Model):
    """Refer to a service and see that the loop is closed. A task."""

    by: Owner = DEFAULT_OWNER
    service: Annotated[Text, Field(description="Where to.")]


class Authorize(Model):
    """Obtain the payer's authorization for a service. A task."""

    by: Owner = DEFAULT_OWNER
    service: Annotated[Text, Field(description="What the payer is asked for.")]


class Reconcile(Model):
    """Reconcile the medicines. A task."""

    by: Owner = DEFAULT_OWNER


class Monitor(Model):
    """Expect readings of a data element. A window without a reading opens a task."""

    element: Annotated[Name, Field(description="The data element that is expected.")]
    every: Annotated[SpanField, Field(description="The length of a window.")]
    by: Owner = DEFAULT_OWNER
    message: Annotated[Name | None, Field(description="A reminder to the patient.")] = None


class HumanTask(Model):
    """Any other human work."""

    by: Owner = DEFAULT_OWNER
    title: Annotated[
        LocalText | None, Field(description="What is to be done; plain, or by language.")
    ] = None
    collect: Annotated[Names, Field(description="Data elements to ask for.")] = ()
    outcomes: Annotated[
        Names, Field(description="How it may end; the first is the normal one.")
    ] = ()
    due: Annotated[SpanField | None, Field(description="Time allowed, from the start.")] = None
    contact: Annotated[
        Reached | None,
        Field(description="patient or caregiver, when it is done with them, as a call is."),
    ] = None


class Transition(Model):
    """Hand the patient over to another setting, with the packet. A task."""

    by: Owner = DEFAULT_OWNER
    to: Annotated[Text, Field(description="The receiving setting.")]
    packet: Annotated[
        tuple[Section, ...],
        Field(
            description="Sections that the packet must have, or a reason why one does not apply."
        ),
    ] = ()


class Wait(Model):
    """Wait for a span, or until a condition holds but at most a span."""

    for_: Annotated[SpanField | None, Field(description="So long.")] = None
    until: Annotated[
        Condition | None,
        Field(description="Until this is yes; then at-most says how long at the longest."),
    ] = None
    at_most: Annotated[SpanField | None, Field(description="The longest wait, with until.")] = None


class Milestone(Model):
    """Done at once when `when` and `after` hold."""


AS_WRITTEN = (
    *("collect", "instruments", "of", "service", "minutes", "to", "must", "may", "packet"),
)
"""Fields that are compiled as they are written."""
