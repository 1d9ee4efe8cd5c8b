"""What compiling a definition comes to."""

from __future__ import annotations

from msgspec import Struct

from pathways.compiled import CompiledPathway
from pathways.language.definition import Definition
from pathways.language.doubts import Doubts
from pathways.language.issues import Issue
from pathways.language.lowering import Lowered


class Rest(Struct, frozen=True):
    """A definition with errors, compiled without its faulty parts; only for proofs, never to be
    run. ``doubts``: what may be otherwise once the errors are mended."""

    pathway: CompiledPathway
    definition: Definition
    conditions: Lowered
    doubts: Doubts


class Compiled(Struct, frozen=True):
    """A compiled pathway, or ``None`` when an issue is an error; issues in source order.

    ``definition`` and ``conditions``: what it was made from, for proofs (``pathways.proving``).
    ``rest``: what is left of one with errors, where enough is.
    """

    pathway: CompiledPathway | None
    issues: tuple[Issue, ...]
    definition: Definition | None = None
    conditions: Lowered = {}
    rest: Rest | None = None

    @property
    def as_far_as_read(self) -> CompiledPathway | None:
        """The pathway, or what is left of one with errors: only for looking at, never to be run."""
        return self.pathway if self.rest is None else self.rest.pathway
