"""From the text of a file to its data model, with the places of everything in it."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from pathways.language.issues import Issue
from pathways.language.reading import read_yaml
from pathways.language.shaping import shape
from pathways.language.tree import Mapping

M = TypeVar("M", bound=BaseModel)


class Opened(NamedTuple, Generic[M]):
    """A file that has the shape of its model. ``root``: the tree that it was read from."""

    model: M
    root: Mapping


def opened(text: str | bytes, file: str, model: type[M]) -> tuple[Opened[M] | None, list[Issue]]:
    """The file as ``model``, or ``None``, and what is wrong with its YAML and its shape.

    A file may open and have issues all the same: its shape is known, its checks can run beside
    them, and whoever opens it decides what the file is worth then.
    """
    root, issues = read_yaml(text, file)
    if root is None:
        return None, issues
    shaped, wrong = shape(root, model)
    issues += wrong
    if shaped is None or not isinstance(root, Mapping):
        return None, issues
    return Opened(shaped, root), issues
