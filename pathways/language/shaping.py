"""From the tree to a data model: is everything there, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pathways.language.fields import kind
from pathways.language.issues import Issue, Place, Related, nearest, suggest
from pathways.language.models import RULE_VERBS, STEP_VERBS, Rule, Step
from pathways.language.tree import Mapping, Node, Scalar, Sequence, at, plain

M = TypeVar("M", bound=BaseModel)


def shape(root: Node, model: type[M]) -> tuple[M | None, list[Issue]]:
    """The tree as ``model``, or ``None`` and what is wrong with its shape."""
    if not isinstance(root, Mapping):
        message = "A definition is a mapping: lines of the form `key: value`."
        return None, [Issue("not-a-mapping", message, root.place)]
    issues: list[Issue] = []
    shaped: M | None = None
    try:
        shaped = model.model_validate(plain(root))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=True)
        issues = [_issue(detail, root, model) for detail in details if _is_new(detail)]
    told = {issue.place for issue in issues}
    issues += [issue for issue in _empty_fields(root) if issue.place not in told]
    return (None if issues else shaped), issues


def _empty_fields(node: Node) -> Iterator[Issue]:
    """A key without a value is a mistake, never a default: an empty ``when`` would mean always."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _empty_fields(item)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            if isinstance(entry.value, Scalar) and entry.value.value is None:
                message = f'"{entry.key.text}" has no value.'
                hint = "Write one, or remove the line."
                yield Issue("empty-field", message, entry.key.place, hint=hint)
            yield from _empty_fields(entry.value)


def _is_new(detail: ErrorDetails) -> bool:
    """A list whose items are wrong is not too short as well; an empty field is told of once."""
    found = detail["input"]
    if found is None and detail["loc"] and isinstance(detail["loc"][-1], str):
        return detail["type"] == "extra_forbidden"
    return not (detail["type"] == "too_short" and isinstance(found, list | dict) and found)


def _issue(detail: ErrorDetails, root: Node, model: type[BaseModel]) -> Issue:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    code, message, hint = detail["type"], detail["msg"], ""
    if code == "extra_forbidden":
        return _unknown_field(path, root, model)
    place = at(root, path).place
    if detail["loc"][-1:] == ("[key]",):
        place = _key_place(root, path)
    if code == "missing":
        return _missing(path, root, place)
    if code == "literal_error":
        code, message = "not-an-option", f'"{detail["input"]}" is not one of the words known here.'
        options = [word.strip("'") for word in _expected(detail)]
        hint = suggest(str(detail["input"]), options) or f"Known here: {', '.join(options)}."
    elif code in _SHAPES:
        code, message = (
            "wrong-shape",
            f"{_SHAPES[code]} is needed here, not {kind(detail['input'])}.",
        )
    elif code in ("too_short", "too_long"):
        code, message = _wrong_length(detail, path)
    return Issue(code, message, place, hint=hint)


_SHAPES = {
    "model_type": "A mapping",
    "model_attributes_type": "A mapping",
    "dict_type": "A mapping",
    "tuple_type": "A list",
    "list_type": "A list",
}


def _expected(detail: ErrorDetails) -> list[str]:
    text: str = detail.get("ctx", {}).get("expected", "")
    return text.replace(" or ", ", ").split(", ")


def _wrong_length(detail: ErrorDetails, path: tuple[str | int, ...]) -> tuple[str, str]:
    context: dict[str, Any] = detail.get("ctx", {})
    name = next((part for part in reversed(path) if isinstance(part, str)), "This")
    if detail["type"] == "too_short":
        return "too-few", f'"{name}" is empty.'
    return "too-many", f'"{name}" has too many entries; {context.get("max_length")} are allowed.'


def _key_place(root: Node, path: tuple[str | int, ...]) -> Place:
    parent = at(root, path[:-1])
    return parent.key_place(str(path[-1])) if isinstance(parent, Mapping) else parent.place


def _missing(path: tuple[str | int, ...], root: Node, place: Place) -> Issue:
    if isinstance(path[-1], int):
        return Issue("too-few", f"Value {path[-1] + 1} of this list is missing.", place)
    owner = _owner(path[:-1])
    return Issue(
        "missing-field", f'{owner} has no "{path[-1]}".', place, hint=f'Add "{path[-1]}: ...".'
    )


def _owner(path: tuple[str | int, ...]) -> str:
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return "The definition"
    return f"This {_SINGULAR[names[-1]]}" if names[-1] in _SINGULAR else f'"{names[-1]}"'


_SINGULAR = {
    "steps": "step",
    "stages": "stage",
    "rules": "rule",
    "goals": "goal",
    "evidence": "entry of evidence",
    "refuse": "entry of refuse",
    "next": "branch",
    "overdue": "line of overdue",
    "table": "row",
}


def _unknown_field(path: tuple[str | int, ...], root: Node, model: type[BaseModel]) -> Issue:
    name = str(path[-1])
    fields = _fields_at(model, path[:-1])
    meant = nearest(name, fields)
    hint = f'Did you mean "{meant}"?' if meant else f"Known here: {', '.join(fields)}."
    value = at(root, path)
    if isinstance(value, Scalar) and value.value is None and " " in name:
        hint = "A text that holds a comma needs quotes inside { }."
    return Issue(
        "unknown-field",
        f'{_owner(path[:-1])} has no field "{name}".',
        _key_place(root, path),
        hint=hint if fields else "",
    )


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The field names of the model that ``path`` leads to."""
    found: list[type[BaseModel]] = [model]
    for part in path:
        if isinstance(part, int) or not found:
            continue
        field = next((f for f in found[0].model_fields.values() if f.alias == part), None)
        if field is not None:
            found = list(_models_in(field.annotation))
    return [field.alias or name for name, field in found[0].model_fields.items()] if found else []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def verb_issues(root: Node) -> Iterator[Issue]:
    """A step has exactly one verb; a rule one verb, or ``start`` or ``go``, or both."""
    for stage in _items(root, "stages"):
        for step in _items(stage, "steps"):
            yield from _verbs(step, "step", STEP_VERBS)
    for rule in _items(root, "rules"):
        yield from _verbs(rule, "rule", RULE_VERBS)


def _items(node: Node, key: str) -> tuple[Node, ...]:
    inner = node.get(key) if isinstance(node, Mapping) else None
    return inner.items if isinstance(inner, Sequence) else ()


def _verbs(node: Node, noun: str, verbs: tuple[str, ...]) -> Iterator[Issue]:
    if not isinstance(node, Mapping):
        return
    identity = node.get("id")
    name = f'{noun.title()} "{getattr(identity, "text", "?")}"'
    entries = [entry for entry in node.entries if entry.key.text in verbs]
    if len(entries) > 1:
        first, second = entries[0].key, entries[1].key
        yield Issue(
            "two-verbs",
            f'{name} has two verbs, "{first.text}" and "{second.text}".',
            second.place,
            related=(Related(first.place, f'"{first.text}" stands here.'),),
            hint=f"Make two {noun}s of it.",
        )
    elif not entries and not _has_other_deed(node, noun, verbs):
        also = ", or start, or go" if noun == "rule" else ""
        yield Issue(
            "no-verb",
            f"{name} does nothing.",
            identity.place if identity is not None else node.place,
            hint=f"Give it one of: {', '.join(verbs)}{also}.",
        )


def _has_other_deed(node: Mapping, noun: str, verbs: tuple[str, ...]) -> bool:
    """A rule may only start or go; a misspelt verb is reported as an unknown field."""
    if noun == "rule" and not {"start", "go"}.isdisjoint(node.names()):
        return True
    known = _COMMON_FIELDS | set(verbs)
    deeds = (*verbs, "start", "go") if noun == "rule" else verbs
    return any(nearest(key, deeds) for key in node.names() if key not in known)


_COMMON_FIELDS = frozenset(
    str(field.alias) for model in (Step, Rule) for field in model.model_fields.values()
) - set(STEP_VERBS)
