"""The JSON Schema of a pathway, for editors: completion, hover texts, squiggles."""

from __future__ import annotations

from typing import Any

from pathways.language.models import RULE_VERBS, STEP_VERBS, Pathway

URI = "https://json-schema.org/draft/2020-12/schema"


def pathway_schema() -> dict[str, Any]:
    """The schema of ``definitions/pathways/*.yaml``, made from the data models.

    A step's verb is checked by ``allOf`` with ``if``/``then``, not ``oneOf``: so an editor
    marks the very field that is wrong, instead of the whole step.
    """
    schema = Pathway.model_json_schema(by_alias=True, mode="validation")
    definitions = schema["$defs"]
    for definition in [schema, *definitions.values()]:
        _tidy(definition)
    _one_verb(definitions["Step"], STEP_VERBS, needed=[[verb] for verb in STEP_VERBS])
    deeds = (*RULE_VERBS, "start", "go")
    _one_verb(definitions["Rule"], RULE_VERBS, needed=[[deed] for deed in deeds])
    definitions["Wait"]["dependentRequired"] = {"until": ["at-most"], "at-most": ["until"]}
    definitions["Wait"]["anyOf"] = [{"required": ["for"]}, {"required": ["until"]}]
    return {"$schema": URI, **schema}


_NEVER: dict[str, Any] = {"not": {}}
"""``false``, but reported at the field itself and not at the step around it."""


def _one_verb(definition: dict[str, Any], verbs: tuple[str, ...], needed: list[list[str]]) -> None:
    definition["anyOf"] = [{"required": names} for names in needed]
    definition["allOf"] = [
        {
            "if": {"required": [verb]},
            "then": {"properties": {other: _NEVER for other in verbs if other != verb}},
        }
        for verb in verbs
    ]


def _tidy(value: Any) -> None:
    """Optional fields are left out, never null; titles say nothing that names do not."""
    if isinstance(value, dict):
        value.pop("title", None) if isinstance(value.get("title"), str) else None
        if value.get("default", "") is None:
            del value["default"]
        choices = value.get("anyOf")
        if isinstance(choices, list) and {"type": "null"} in choices:
            rest = [choice for choice in choices if choice != {"type": "null"}]
            if len(rest) == 1 and not _nullable_bound(rest[0]):
                del value["anyOf"]
                value.update(rest[0])
        for inner in value.values():
            _tidy(inner)
    elif isinstance(value, list):
        for inner in value:
            _tidy(inner)


def _nullable_bound(schema: dict[str, Any]) -> bool:
    """The ends of ``range`` and ``warn`` may be null: open."""
    return schema == {"type": "number"}
