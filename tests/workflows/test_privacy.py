"""No patient data outside payloads (I8): what a codec encrypts is all there is to see."""

from __future__ import annotations

import io
import logging
from typing import Any

import structlog
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

from pathways.journey.events import Record
from tests.workflows.care import BORN, CONDITION, NURSE, SECRET, glucose
from tests.workflows.site import Site
from tests.workflows.test_outages import record_database_down, schedule_down
from worker import logs
from workflows.contract import SEARCH_ATTRIBUTES

_TELLING = (SECRET, CONDITION, BORN, "91.25")
"""Values of the patient and of her device."""


def plain_text(message: Message) -> str:
    """Everything in a message that is not the data of an argument or a result."""
    parts: list[str] = []
    for field, value in message.ListFields():
        if field.message_type is None:
            parts.append(str(value))
            continue
        if field.message_type.GetOptions().map_entry:
            parts += [f"{key} {_readable(item)}" for key, item in value.items()]
        elif field.is_repeated:
            parts += [_readable(item) for item in value]
        else:
            parts.append(_readable(value))
    return "\n".join(parts)


def _readable(item: Any) -> str:
    if isinstance(item, Payload):
        return ""
    return plain_text(item) if isinstance(item, Message) else str(item)


def shown(message: Message) -> str:
    """The summaries and search attributes, which are payloads that nothing encrypts."""
    parts: list[str] = []
    for field, value in message.ListFields():
        if field.name in ("user_metadata", "search_attributes", "memo"):
            parts.append(str(value))
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            parts += [shown(one) for one in (value if field.is_repeated else [value])]
    return "\n".join(parts)


async def lived_in_trouble(site: Site) -> str:
    """A journey with readings, failed activities and a failed record."""
    with schedule_down(site):
        journey = await site.enrolled()
        now = await site.now(journey)
        with record_database_down(site):
            await site.command(journey, Record("r1", NURSE, (glucose(91.25, now),)))
    await site.settle(journey)
    await site.advance(journey, days=10)
    return journey


async def test_histories_show_nothing_of_the_patient_outside_payloads(cached_site: Site) -> None:
    journey = await lived_in_trouble(cached_site)
    for history in await cached_site.histories(journey):
        inside = "".join(str(event) for event in history.events)
        assert SECRET in inside, "the scan would find nothing even if it looked"
        for event in history.events:
            for text in (plain_text(event), shown(event)):
                assert not [value for value in _TELLING if value in text]


async def test_searches_show_pathway_stage_status_and_next_due_only(cached_site: Site) -> None:
    journey = await cached_site.enrolled()
    mine: dict[str, Any] = {}

    async def shown() -> bool:  # a journey shows where it stands after its effects, not before
        description = await cached_site.journeys.handle(journey).describe()
        attributes = {pair.key.name: pair.value for pair in description.typed_search_attributes}
        mine.update({k: v for k, v in attributes.items() if k.startswith("Careway")})
        return bool(mine)

    await cached_site.until(journey, shown)
    assert set(mine) == {key.name for key in SEARCH_ATTRIBUTES}
    assert mine["CarewayPathway"] == ["demo"]
    assert mine["CarewayStage"] == ["demo/assessment"]
    assert mine["CarewayStatus"] == "active"
    assert journey in cached_site.journeys.handle(journey).id


async def test_logs_show_nothing_of_the_patient(cached_site: Site) -> None:
    """Given failing activities and refused input, then what is logged names no value."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, known = root.handlers[:], root.level, structlog.get_config()
    logs.configure("DEBUG", stream=stream)
    try:
        journey = await lived_in_trouble(cached_site)
        await cached_site.journeys.handle(journey).signal("readings", {"readings": SECRET})
        await cached_site.advance(journey, seconds=1)
        logs.logger().info("journey looked at", journey=journey)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**known)
    text = stream.getvalue()
    assert "Completing activity as failed" in text
    assert "ApplicationError" in text
    assert "journey looked at" in text
    assert journey in text
    assert not [value for value in _TELLING if value in text]
