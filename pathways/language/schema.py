"""The JSON Schema of a pathway, for editors: completion, hover texts, squiggles."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from pathways.language.migrations import MigrationFile
from pathways.language.models import RULE_VERBS, STEP_VERBS, Pathway
from pathways.language.scenario_models import BESIDE, ExceptionsModel, ScenarioModel
from pathways.language.sharing.fragments import FragmentFile
from pathways.language.sharing.grouping import GroupOfSteps
from pathways.language.sharing.models import SiteFile, Used
from pathways.scenarios.scenario import DEEDS, WHATS

URI = "https://json-schema.org/draft/2020-12/schema"


def pathway_schema() -> dict[str, Any]:
    """The schema of ``definitions/pathways/*.yaml``, made from the data models.

    A step's verb is checked by ``allOf`` with ``if``/``then``, not ``oneOf``: so an editor
    marks the very field that is wrong, instead of the whole step.
    """
    schema = Pathway.model_json_schema(by_alias=True, mode="validation")
    _finish(schema)
    definitions = schema["$defs"]
    used = Used.model_json_schema(by_alias=True, mode="validation")
    group = GroupOfSteps.model_json_schema(by_alias=True, mode="validation")
    for name, definition in (*used.pop("$defs").items(), ("Used", used), ("Group", group)):
        _tidy(definition)
        definitions[name] = definition
    step = {"$ref": "#/$defs/Step"}
    group["properties"]["steps"]["items"] = step
    _or_parameters(group["properties"])
    _or_use(group["properties"]["steps"])
    _or_use(definitions["Stage"]["properties"]["steps"])
    definitions["Stage"]["properties"]["steps"]["items"]["else"] = {
        "if": {"required": ["group"]},
        "then": {"$ref": "#/$defs/Group"},
        "else": step,
    }
    _or_use(schema["properties"]["stages"])
    return {"$schema": URI, **schema}


def _finish(schema: dict[str, Any]) -> None:
    """What pydantic cannot say: one verb, the ends of a wait, parameters instead of numbers."""
    definitions = schema["$defs"]
    for definition in [schema, *definitions.values()]:
        _tidy(definition)
    _one_verb(definitions["Step"], STEP_VERBS, needed=[[verb] for verb in STEP_VERBS])
    deeds = (*RULE_VERBS, "start", "go")
    _one_verb(definitions["Rule"], RULE_VERBS, needed=[[deed] for deed in deeds])
    definitions["Wait"]["dependentRequired"] = {"until": ["at-most"], "at-most": ["until"]}
    definitions["Wait"]["anyOf"] = [{"required": ["for"]}, {"required": ["until"]}]
    for definition in definitions.values():
        _or_parameters(definition.get("properties", {}))


PARAMETER = r"^\s*\$\{[^{}]*\}\s*$"
"""A value that stands for a parameter: it is put in before the value is looked at."""


def _or_parameters(value: Any) -> None:
    """A parameter may stand where a number, a span or an id is written."""
    if isinstance(value, dict):
        for inner in value.values():
            _or_parameters(inner)
        if value.get("type") in ("number", "integer"):
            number = {key: value.pop(key) for key in _NUMERIC if key in value}
            value["anyOf"] = [number, {"type": "string", "pattern": PARAMETER}]
        elif isinstance(value.get("pattern"), str):
            value["pattern"] = f"{value['pattern']}|{PARAMETER}"
    elif isinstance(value, list):
        for inner in value:
            _or_parameters(inner)


_NUMERIC = ("type", "minimum", "maximum")


def fragment_schema() -> dict[str, Any]:
    """The schema of ``definitions/fragments/*.yaml``."""
    schema = FragmentFile.model_json_schema(by_alias=True, mode="validation")
    _finish(schema)
    return {"$schema": URI, **schema}


def site_schema() -> dict[str, Any]:
    """The schema of ``definitions/site.yaml``."""
    return {"$schema": URI, **tidied(SiteFile)}


def tidied(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model, without what says nothing to an author."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    for definition in [schema, *schema["$defs"].values()]:
        _tidy(definition)
    return schema


def migration_schema() -> dict[str, Any]:
    """The schema of ``definitions/migrations/*.yaml``."""
    schema = MigrationFile.model_json_schema(by_alias=True, mode="validation")
    _tidy(schema)
    return {"$schema": URI, **schema}


def scenario_schema() -> dict[str, Any]:
    """The schema of ``definitions/scenarios/PATHWAY/*.yaml``: of scenarios, and of exceptions."""
    scenario = ScenarioModel.model_json_schema(by_alias=True, mode="validation")
    exceptions = ExceptionsModel.model_json_schema(by_alias=True, mode="validation")
    definitions = {**scenario.pop("$defs"), **exceptions.pop("$defs")}
    definitions |= {"Scenario": scenario, "Exceptions": exceptions}
    for definition in definitions.values():
        _tidy(definition)
    for name, words in (("HappeningModel", DEEDS), ("ExpectationModel", WHATS)):
        _one_verb(definitions[name], words, needed=[[word] for word in words], beside=BESIDE)
    scenario["anyOf"] = [{"required": ["expect"]}, {"required": ["never"]}]
    return {
        "$schema": URI,
        "if": {"anyOf": [{"required": ["equivalent"]}, {"required": ["unreachable"]}]},
        "then": {"$ref": "#/$defs/Exceptions"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": definitions,
    }


def _or_use(listed: dict[str, Any]) -> None:
    """A fragment may be used where a step or stage might stand."""
    listed["items"] = {
        "if": {"required": ["use"]},
        "then": {"$ref": "#/$defs/Used"},
        "else": listed["items"],
    }


_NEVER: dict[str, Any] = {"not": {}}
"""``false``, but reported at the field itself and not at the step around it."""


def _one_verb(
    definition: dict[str, Any],
    verbs: tuple[str, ...],
    needed: list[list[str]],
    beside: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """``beside``: what may stand beside a verb although it is one itself."""
    definition["anyOf"] = [{"required": names} for names in needed]
    definition["allOf"] = [
        {
            "if": {"required": [verb]},
            "then": {
                "properties": {other: _NEVER for other in verbs if _apart(verb, other, beside)}
            },
        }
        for verb in verbs
    ]


def _apart(verb: str, other: str, beside: Mapping[str, str]) -> bool:
    return other != verb and beside.get(verb) != other and beside.get(other) != verb


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
