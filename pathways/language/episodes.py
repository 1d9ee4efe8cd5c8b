"""What a definition says of hospital stays, in the compiled form."""

from __future__ import annotations

from pathways.compiled import Episodes
from pathways.language.definition import Definition


def compiled_episodes(definition: Definition) -> Episodes | None:
    """``None`` for a pathway that hospital stays only suspend."""
    ours = definition.pathway.episodes
    if ours is None:
        return None
    return Episodes(
        again=ours.again or "",
        after=ours.after,
        date=ours.date or "",
        readmission=ours.readmission or "",
        waits=ours.waits,
        packet=ours.packet or "",
        anew=ours.anew,
        cancels=ours.cancels,
        notice=ours.notice or "",
        line=definition.key_line("episodes"),
    )
