"""The common messages: ``definitions/messages.yaml`` read and checked."""

from __future__ import annotations

from pathways.compiled import MessageText
from pathways.language.checks.texts import message_issues
from pathways.language.issues import Issue, in_order
from pathways.language.models import MessageFile, MessageModels
from pathways.language.opening import opened

Messages = dict[str, dict[str, MessageText]]
"""Message id -> language -> text."""

KERNEL_MESSAGES = (
    "appointment-booked",
    "appointment-changed",
    "appointment-cancelled",
    "appointment-reminder",
    "task-reminder",
    "task-escalation",
    "task-urgent",
    "team-notice",
)
"""Messages that the kernel itself sends, whatever a pathway says."""


def read_messages(text: str | bytes, file: str) -> tuple[Messages, tuple[Issue, ...]]:
    """The common messages of a file, and what is wrong with it."""
    found, issues = opened(text, file, MessageFile)
    if found is None:
        return {}, in_order(issues)
    model, root = found
    issues += message_issues(root, model.messages)
    for name in KERNEL_MESSAGES:
        if name not in model.messages:
            issues.append(
                Issue(
                    "missing-message",
                    f'Careway itself sends the message "{name}", and it is not here.',
                    root.key_place("messages"),
                    hint="Add it.",
                )
            )
    return compiled_messages(model.messages), in_order(issues)


def compiled_messages(messages: MessageModels) -> Messages:
    """The texts as the kernel carries them."""
    return {
        name: {
            language: MessageText(subject=text.subject.strip(), body=text.body)
            for language, text in texts.items()
        }
        for name, texts in messages.items()
    }


def english(texts: dict[str, str]) -> str:
    """The English text. That there is one is a check: without it, another stands in."""
    return texts.get("en") or next(iter(texts.values()), "")


def others(texts: dict[str, str]) -> dict[str, str]:
    """The texts in other languages than English."""
    return {language: text for language, text in texts.items() if language != "en"}
