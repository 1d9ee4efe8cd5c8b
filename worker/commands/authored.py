"""The pathway that an authoring command is asked about: by its id, or as a file being written."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pathways.compiled import CompiledPathway, Instrument
from pathways.language import models
from pathways.language.compiling import compile_pathway
from pathways.language.reading import read_yaml
from pathways.language.report import render
from pathways.language.shaping import shape
from pathways.language.sharing.assembling import assembled
from worker.library import Library, LibraryError
from worker.shared import text_of


class Authored(Struct, frozen=True):
    """A pathway that compiles, with the text it was written as."""

    pathway: CompiledPathway
    text: str


def authored(library: Library, reference: str) -> Authored:
    """The pathway ``reference``. Raises ``LibraryError`` with every finding, when it has errors.

    What ends in .yaml or .yml or holds a slash is a file; its instruments and common messages are
    those of the library.
    """
    path = Path(reference)
    named = path.suffix not in (".yaml", ".yml") and len(path.parts) == 1
    if named:
        pathway = library.pathway(reference)
        text = text_of(library.folder / "pathways" / f"{reference}.yaml")
        return Authored(pathway, text)
    text = text_of(path)
    compiled = compile_pathway(text, path.as_posix(), library.shelf())
    if compiled.pathway is None:
        found = render(compiled.issues, {path.as_posix(): text, **library.shared_texts()})
        raise LibraryError(f"{reference} has errors and cannot be used:\n\n{found}")
    return Authored(compiled.pathway, text)


def terms_of(definitions: Path | None, reference: str) -> dict[str, str]:
    """The terms that the pathway declares, by name; none when its file is not there."""
    library = Library(definitions)
    try:
        text = authored(library, reference).text
    except LibraryError:
        return {}
    root, _ = read_yaml(text, reference)
    whole = assembled(root, library.shelf()).root if root is not None else None
    pathway, _ = shape(whole, models.Pathway) if whole is not None else (None, [])
    return {name: term.when for name, term in pathway.terms.items()} if pathway else {}


def shelved(definitions: Path | None) -> dict[str, Instrument]:
    """The instruments that conditions may name."""
    return Library(definitions).instruments()[0]
