"""Packets: none is sent with a section forgotten (clinical.md 6.1)."""

from __future__ import annotations

from pathways.journey.answers import Refused
from pathways.journey.draft import Draft
from pathways.journey.events import Complete
from pathways.journey.state import Task
from pathways.packet import left_out, missing, unasked


def check(task: Task, event: Complete) -> None:
    """Raises ``Refused`` unless every section is there, or it is said why it does not apply."""
    other = unasked(task.packet, event.packet)
    if other:
        known = ", ".join(task.packet) or "none"
        raise Refused(
            "no-such-section", f"The packet has no {', '.join(other)}; its sections: {known}."
        )
    lacking = missing(task.packet, event.packet)
    if lacking:
        raise Refused(
            "packet-incomplete",
            f"The packet lacks {', '.join(lacking)}: include it, or say why it does not apply.",
        )
    needed = left_out(event.packet)
    if needed:
        raise Refused("section-required", f"A packet always has {', '.join(needed)}.")


def tell(draft: Draft, task: Task, event: Complete) -> None:
    """What the packet that was sent holds."""
    if not task.packet:
        return
    lacking = ", ".join(f"{name} ({why})" for name, why in event.packet.items() if why)
    draft.say_of(
        task.sources[0],
        "packet-checked",
        event.actor.role,
        sections=", ".join(name for name in task.packet if not event.packet[name]),
        lacking=lacking or None,
    )
