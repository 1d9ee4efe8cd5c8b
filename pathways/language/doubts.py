"""What is not known of a definition with errors."""

from __future__ import annotations

from msgspec import Struct


class Doubts(Struct, frozen=True):
    """What the mending of errors may change. Whatever rests on it is not judged: a finding that
    is shown beside an error must still be there when the error is mended.

    ``steps``: steps that are left out, but for their ids, or of which
    a span cannot be read. ``stages``: those with a doubtful
    field. ``names``: data elements and terms. ``ways``: where stages lead. ``rules``, ``goals``,
    ``messages``: some are left out. ``words``: ids and names of all that is left out, ``*`` for
    one that cannot be read.
    """

    errors: bool = False
    steps: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    ways: bool = False
    rules: bool = False
    goals: bool = False
    messages: bool = False

    def joined(self, other: Doubts) -> Doubts:
        """Both together."""
        return Doubts(
            errors=self.errors or other.errors,
            steps=self.steps | other.steps,
            stages=self.stages | other.stages,
            names=self.names | other.names,
            words=self.words | other.words,
            ways=self.ways or other.ways,
            rules=self.rules or other.rules,
            goals=self.goals or other.goals,
            messages=self.messages or other.messages,
        )


NONE = Doubts()
"""A definition without errors."""
