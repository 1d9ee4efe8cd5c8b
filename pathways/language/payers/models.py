"""The definition of a payer as data models: what may be written, not what it means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pathways.language.fields import (
    Count,
    Date,
    Flag,
    Id,
    LanguageVersion,
    Model,
    OneOrMore,
    SpanField,
    Text,
)
from pathways.review.payer import Benefit, Silence, Speed, Tag, Type

Source = Annotated[Text, Field(description="Where it comes from: law, contract, manual.")]
Sureness = Annotated[
    Tag,
    Field(
        description="How sure that is: L looked up, W well known, C to be checked before it is "
        "relied on, D default of the product."
    ),
]


class PendedModel(Model):
    """What a request for more information does to the decision clock."""

    tolls: Annotated[Flag, Field(description="The clock stands still until the answer comes.")] = (
        False
    )
    tell: Annotated[
        SpanField | None, Field(description="The payer tells so soon after receipt.")
    ] = None
    give: Annotated[
        SpanField | None, Field(description="The payer gives at least so long to answer.")
    ] = None
    decide: Annotated[
        SpanField | None, Field(description="The decision is due so long after the answer.")
    ] = None


class ClockModel(Model):
    """How long the payer may take for one sort of request, from its receipt."""

    clock: Id
    type: Annotated[Type, Field(description="When the request is made: before, during, after.")]
    speed: Annotated[Speed, Field(description="Expedited: waiting would harm.")] = "standard"
    benefit: Annotated[Benefit, Field(description="What is asked for.")] = "medical"
    within: Annotated[
        SpanField, Field(description="Time allowed; hours are elapsed, days end at 23:59:59.")
    ]
    extend: Annotated[SpanField | None, Field(description="So much longer, once, with notice.")] = (
        None
    )
    asked: Annotated[
        SpanField | None,
        Field(description="extension: holds for who asks so long before the end ..."),
    ] = None
    otherwise: Annotated[
        SpanField | None, Field(description="... and this for who asks later.")
    ] = None
    pended: Annotated[
        PendedModel, Field(description="What missing information does to this clock.")
    ] = PendedModel()
    written: Annotated[
        SpanField | None, Field(description="Told first, it follows in writing so soon.")
    ] = None
    source: Source
    tag: Sureness


class AppealModel(Model):
    """One level of appeal."""

    appeal: Id
    level: Annotated[Count, Field(description="1 is the first.")]
    file: Annotated[SpanField, Field(description="To be filed so soon after the notice.")]
    expedited: Annotated[SpanField | None, Field(description="Decided in, when urgent.")] = None
    pre_service: Annotated[SpanField | None, Field(description="Decided in, before care.")] = None
    post_service: Annotated[SpanField | None, Field(description="Decided in, after care.")] = None
    drug: Annotated[SpanField | None, Field(description="Decided in, for a drug.")] = None
    forward: Annotated[
        Flag, Field(description="What is upheld goes to the next level by itself.")
    ] = False
    extend: Annotated[SpanField | None, Field(description="So much longer, once, with notice.")] = (
        None
    )
    services_go_on: Annotated[
        SpanField | None,
        Field(
            description="Care under way goes on when that is asked for so soon after the notice."
        ),
    ] = None
    source: Source
    tag: Sureness


class PeerToPeerModel(Model):
    """How long the payer's physician may be talked to after a denial."""

    inpatient: SpanField
    outpatient: SpanField
    source: Source
    tag: Sureness


class FastAppealModel(Model):
    """What the patient may do who is told that care ends."""

    to: Annotated[Text, Field(description="Who decides, in words.")]
    file: Annotated[
        Literal["noon-before", "last-day"],
        Field(description="Until noon of the day before care ends, or the end of the last day."),
    ]
    decided: Annotated[SpanField, Field(description="Decided in, from when it was filed.")]
    source: Source
    tag: Sureness


class NoticeModel(Model):
    """A notice that the patient must be given."""

    notice: Id
    title: Text
    levels: Annotated[OneOrMore, Field(description="Levels of care that it is for.")]
    after_start: Annotated[
        SpanField | None, Field(description="So soon after the service began.")
    ] = None
    before_end: Annotated[SpanField | None, Field(description="So long before it ends.")] = None
    opens: Annotated[
        SpanField | None, Field(description="before-end: given no earlier than so long before it.")
    ] = None
    appeal: Annotated[
        FastAppealModel | None, Field(description="What the patient may do when given it.")
    ] = None
    source: Source
    tag: Sureness


class ContinuityModel(Model):
    """Treatment that is under way when the patient comes from another payer."""

    honours: Annotated[SpanField, Field(description="It goes on as it is for so long.")]
    source: Source
    tag: Sureness


class ReviewedModel(Model):
    """Who looked at the data, and when."""

    by: Text
    on: Date


class PayerModel(Model):
    """One sort of payer."""

    language: LanguageVersion
    payer: Id
    version: Text
    title: Text
    reviewed: ReviewedModel
    usual: Annotated[
        Flag, Field(description="Counts when nothing is known of a patient's coverage.")
    ] = False
    coverage: Annotated[
        OneOrMore,
        Field(
            description="How coverages of this payer are coded: Source of Payment Typology, or "
            "what a coverage's type is called."
        ),
    ] = ()
    silence: Annotated[
        Silence, Field(description="What it means when the payer lets its time pass.")
    ] = "not-approval"
    decisions: Annotated[tuple[ClockModel, ...], Field(min_length=1, max_length=50)]
    appeals: Annotated[tuple[AppealModel, ...], Field(max_length=9)] = ()
    peer_to_peer: PeerToPeerModel | None = None
    notices: Annotated[tuple[NoticeModel, ...], Field(max_length=20)] = ()
    continuity: ContinuityModel | None = None
