"""The text that a new pathway begins with: one that already passes the checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

from pathways.language.defaults import title_of

KINDS: Mapping[str, str] = {
    "long-term": "assessment, care plan, follow-up with reevaluations, discharge",
    "episode": "assessment, a follow-up of some weeks, discharge",
}
_ID = "pathway: new-pathway "
_TITLE = 'title: "New pathway"'


def starting_text(identity: str, title: str = "", kind: str = "long-term") -> str:
    """A commented pathway of ``kind`` (one of ``KINDS``) with this id and title."""
    text = files("worker").joinpath("starters", f"{kind}.yaml").read_text(encoding="utf-8")
    # A JSON text is a YAML text in double quotes, whatever stands in it.
    quoted = json.dumps(title or title_of(identity), ensure_ascii=False)
    named = text.replace(_ID, f"pathway: {identity} ", 1)
    return named.replace(_TITLE, f"title: {quoted}", 1)
