"""Running a command at the desk, and saying what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pathways.journey.effects import Answer
from worker import logs
from worker.asking import NoWorker
from worker.commands.misuse import DONE, FAILED
from worker.commands.options import Where, Who
from worker.commands.output import as_json, complain, say
from worker.desk import Desk

T = TypeVar("T")


def at_the_desk(where: Where, work: Callable[[Desk], Awaitable[T]]) -> T:
    """Open a desk, do ``work`` at it, close it."""
    quiet()

    async def session() -> T:
        async with Desk.open(where.settings()) as desk:
            return await work(desk)

    return asyncio.run(session())


def send(
    where: Where,
    who: Who,
    work: Callable[[Desk, str], Awaitable[Answer]],
    done: str,
    *,
    json: bool,
) -> int:
    """Send one command and report its answer; ``done`` says what an applied one did.

    ``work`` is given the desk and the command id."""
    command = who.command()
    try:
        answer = at_the_desk(where, lambda desk: work(desk, command))
    except NoWorker as error:
        raise NoWorker(f"{error}\nIts command id: {command}") from None
    if json:
        as_json(answer_data(answer) | {"command": command})
    elif answer.status == "applied":
        # Of an attempt that reached nobody the answer itself says what became of the task.
        usual = done if not answer.code.startswith("attempt") else ""
        say(" ".join(part for part in (usual, answer.message) if part))
    else:
        complain(refusal(answer))
    return DONE if answer.status == "applied" else FAILED


def answer_data(answer: Answer) -> dict[str, object]:
    """An answer as JSON data."""
    return {"status": answer.status, "code": answer.code, "message": answer.message}


def refusal(answer: Answer) -> str:
    """A refusal as a sentence."""
    why = answer.message or "it was refused when it was first sent."
    return f"Refused ({answer.code}): {why}"


def quiet() -> None:
    """Only errors are logged, scrubbed of whatever may be a patient's."""
    if not logging.getLogger().handlers:
        logs.configure("ERROR")
