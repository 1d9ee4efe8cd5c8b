"""``careway graph``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    from pathways.drawing import Drawing
    from pathways.drawing.marks import Moment

Format = Literal["svg", "mermaid", "dot"]
_LINK = "{file}#L{line}"


def graph(
    pathway: str,
    /,
    *,
    picture: Annotated[Format, Parameter(name="--format")] = "svg",
    out: Path | None = None,
    stage: str = "",
    journey: str = "",
    link: str = _LINK,
    json: Json = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Draw a pathway, or one patient's course on it.

    Stages stand side by side in their order; on top of each, what follows it; its steps below, one
    shape for each verb, one colour for each owner; then the rules. Every step links to its line.
    JSON: pathway, version, title, file, groups (stages with nodes, links and exits), rules,
    owners (colours), late, course.

    Parameters
    ----------
    pathway
        The id of a pathway, or a YAML file.
    picture
        svg (A3 when printed), mermaid or dot.
    out
        Write the picture to this file instead of standard output.
    stage
        Draw this stage only, with the rules that are in force there only.
    journey
        Draw this journey's course on it: the id of a journey, or the beginning of it.
    link
        What steps link to; {file} and {line} are filled in.
    json
        Print what is drawn as JSON for programs; with --out, beside the picture.
    """
    from pathways.drawing import describe
    from worker.commands.misuse import DONE, Misuse

    if link.replace("{file}", "").replace("{line}", "").count("{"):
        raise Misuse(f'The link "{link}" holds a brace that is neither {{file}} nor {{line}}.')
    moment = None
    if journey:
        from worker.commands.patient import followed

        held = followed(where, journey, pathway)
        compiled, moment, excuse = held.pathway, held.moment, held.view.excuse
        _known(stage, compiled.stages)
        of = f"Journey {held.view.journey}"
        drawing = describe(compiled, stage=stage, course=held.course(), of=of)
        if excuse:
            from worker.commands.output import complain

            complain(f"{excuse} Drawn is the record, without what waits or comes again.")
    else:
        from worker.commands.authored import authored
        from worker.library import Library

        compiled = authored(Library(where.settings().definitions), pathway).pathway
        _known(stage, compiled.stages)
        drawing = describe(compiled, stage=stage)
    if json:
        from msgspec import to_builtins

        from worker.commands.output import as_json

        as_json(to_builtins(drawing))
    if out is not None or not json:
        _put(_drawn(drawing, picture, link, moment), out)
    return DONE


def _known(stage: str, stages: tuple[object, ...]) -> None:
    """A stage that is not there is a mistake of the command line."""
    from pathways.language.issues import suggest
    from worker.commands.misuse import Misuse

    ids = [str(getattr(one, "id", "")) for one in stages]
    if stage and stage not in ids:
        raise Misuse(f'The pathway has no stage "{stage}". {suggest(stage, ids)}'.strip())


def _drawn(drawing: Drawing, picture: Format, link: str, moment: Moment | None) -> str:
    from pathways.drawing import as_dot, as_mermaid

    def href(file: str, line: int) -> str:
        return link.replace("{file}", file).replace("{line}", str(line))

    if picture == "mermaid":
        return as_mermaid(drawing, href, moment)
    dot = as_dot(drawing, href, moment)
    if picture == "dot":
        return dot
    from worker.layout import svg

    return svg(dot)


def _put(text: str, out: Path | None) -> None:
    if out is None:
        import sys

        sys.stdout.write(text)
        return
    from worker.layout import LayoutError

    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LayoutError(f"{out} cannot be written: {error.strerror}.") from None
