"""Texts by language: English is there, and the others say what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pathways.language.definition import Definition, Path
from pathways.language.issues import Issue, Place, Related
from pathways.language.models import MessageText
from pathways.language.tree import Mapping as MappingNode
from pathways.language.tree import at

_environment = ImmutableSandboxedEnvironment(autoescape=False)


def titles(definition: Definition) -> Iterator[Issue]:
    """What patients read by language has an English text: staff see that, and patients for
    whose language there is none."""
    for path, texts in _localised(definition):
        if "en" not in texts:
            yield Issue(
                "no-english",
                f"This {path[-1]} has no English text, the one for all other languages.",
                definition.key(*path),
                hint="Add en: ...",
            )


def _localised(definition: Definition) -> Iterator[tuple[Path, Mapping[str, str]]]:
    yield ("title",), definition.pathway.title
    for path, deed in definition.deeds:
        if deed.title is not None:
            yield (*path, "title"), deed.title
        if deed.task is not None and deed.task.title is not None:
            yield (*path, "task", "title"), deed.task.title
    for found in definition.steps:
        if found.step.educate is not None:
            yield (*found.path, "educate", "topic"), found.step.educate.topic


def left_out(root: MappingNode, message: str, texts: Mapping[str, MessageText]) -> Iterator[Issue]:
    """A message in another language says all that the English one fills in."""
    said = {language: _variables(text) for language, text in texts.items()}
    english = said.get("en")
    if english is None:
        return
    for language, names in said.items():
        for name in sorted(english - (english if names is None else names)):
            path: Path = ("messages", message, language)
            yield Issue(
                "missing-placeholder",
                f'The message "{message}" does not say "{name}" in "{language}", as it does in '
                "English.",
                _key(root, path),
                (Related(_key(root, (*path[:-1], "en")), "The English text is here."),),
                f"Write {{{{ {name} }}}} where it belongs.",
                "warning",
            )


def _key(root: MappingNode, path: Path) -> Place:
    parent = at(root, path[:-1])
    return parent.key_place(str(path[-1])) if isinstance(parent, MappingNode) else parent.place


def _variables(text: MessageText) -> frozenset[str] | None:
    """``root.attribute`` of all that a message fills in; ``None`` of one that cannot be read."""
    found: set[str] = set()
    for source in (text.subject, text.body):
        try:
            tree = _environment.parse(source)
        except TemplateSyntaxError:
            return None
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name):
                found.add(f"{node.node.name}.{node.attr}")
    return frozenset(found)
