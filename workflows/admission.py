"""Refusing what is malformed before it reaches a journey.

A rejected update leaves nothing in history, so only senders' mistakes are refused here.
A clinical refusal ("that task is closed") is the kernel's, and goes on record. Messages
quote no values: they may be a patient's (I8).
"""

from __future__ import annotations

import zlib

from msgspec import MsgspecError
from temporalio.exceptions import ApplicationError

from pathways.canonical import DigestMismatch, PinnedPathway, unpin
from pathways.journey.events import Actor, Command, Enroll, Migrate
from workflows.contract import EnrollRequest, MigrateRequest

MALFORMED = "Malformed"
"""Failure type of every refusal made here."""
_LONGEST_ID = 200
_LONGEST_TEXT = 10_000


def refuse_malformed_enrollment(request: EnrollRequest) -> None:
    """Raises ``ApplicationError`` of type ``Malformed``."""
    _check_sender(request.event.command, request.event.actor)
    _check_pathway(request.event, request.pinned)


def refuse_malformed_migration(request: MigrateRequest) -> None:
    """Raises ``ApplicationError`` of type ``Malformed``."""
    _check_sender(request.event.command, request.event.actor)
    if len(request.event.reason) > _LONGEST_TEXT:
        raise _malformed(f"The reason is longer than {_LONGEST_TEXT} characters: shorten it.")
    _check_pathway(request.event, request.pinned)


def _check_pathway(event: Enroll | Migrate, pinned: PinnedPathway) -> None:
    """It brings the pathway that it names, unharmed."""
    try:
        pathway = unpin(pinned)
    except DigestMismatch as error:
        raise _malformed(str(error)) from None
    except (ValueError, zlib.error, MsgspecError):
        raise _malformed("The pinned pathway cannot be unpacked: pin it again.") from None
    if event.digest != pinned.digest:
        raise _malformed("The enrollment names another digest than the pathway it brings.")
    if event.pathway != pathway.pathway:
        raise _malformed("The enrollment names another pathway than the one it brings.")


def refuse_malformed_command(command: Command) -> None:
    """Raises ``ApplicationError`` of type ``Malformed``."""
    if isinstance(command, Enroll):
        raise _malformed("An enrollment brings its pathway along: send it as an enrollment.")
    if isinstance(command, Migrate):
        raise _malformed("A migration brings its pathway along: send it as a migration.")
    _check_sender(command.command, command.actor)
    for name in ("note", "reason"):
        if len(getattr(command, name, "")) > _LONGEST_TEXT:
            raise _malformed(f"The {name} is longer than {_LONGEST_TEXT} characters: shorten it.")


def _check_sender(command: str, actor: Actor) -> None:
    for name, value in (("command id", command), ("person", actor.person), ("role", actor.role)):
        if not value or len(value) > _LONGEST_ID:
            raise _malformed(f"The {name} is empty or longer than {_LONGEST_ID} characters.")


def _malformed(message: str) -> ApplicationError:
    return ApplicationError(message, type=MALFORMED, non_retryable=True)
