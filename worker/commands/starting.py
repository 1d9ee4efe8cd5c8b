"""``careway new``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Where

Kind = Literal["long-term", "episode"]


def new(
    identity: Annotated[str, Parameter(name="ID")],
    /,
    *,
    title: str = "",
    kind: Kind = "long-term",
    out: Path | None = None,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Start a pathway that already passes careway check, with comments that explain it.

    Writes pathways/ID.yaml in your folder of definitions (--definitions, CAREWAY_DEFINITIONS);
    without one, ID.yaml here. Never writes over a file.

    Parameters
    ----------
    identity
        The id of the pathway: lower-case letters, digits and single hyphens.
    title
        What people call it (default: from the id).
    kind
        long-term (with a care plan and reevaluations) or episode (some weeks of follow-up).
    out
        Write this file instead.
    """
    from pathways.language.compiling import compile_pathway
    from pathways.language.issues import has_errors
    from worker.commands.misuse import DONE, Misuse
    from worker.commands.output import say
    from worker.library import Library, LibraryError
    from worker.starting import starting_text

    folder = where.settings().definitions
    path = out or (folder / "pathways" / f"{identity}.yaml" if folder else Path(f"{identity}.yaml"))
    text = starting_text(identity, title, kind)
    found = compile_pathway(text, path.as_posix(), Library().shelf()).issues
    if has_errors(found):
        raise Misuse(f"{found[0].message} {found[0].hint}".strip())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise LibraryError(f"{path} is there already, and nothing was written.") from None
    except OSError as error:
        raise LibraryError(f"{path} cannot be written: {error.strerror}.") from None
    say(f"Wrote {path}. Next:")
    say(f"  careway check {path}\n  careway explain {path}")
    return DONE
