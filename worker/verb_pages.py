"""One page of reference per verb, made from its data model and an example that is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pathways.compiled import CompiledPathway
from pathways.explaining import explain_step
from pathways.language.compiling import compile_pathway
from pathways.language.defaults import BOOK_WITHIN, MONITOR_DUE
from pathways.language.definition import Shelf
from pathways.language.examples import EXAMPLES, whole_example
from pathways.language.models import RULE_VERBS, STEP_VERBS
from pathways.language.schema import pathway_schema
from pathways.language.spans import PATTERN

FOLDER = "docs/reference/verbs"
_LIST = "| verb | what it does | in |\n| --- | --- | --- |"
_HEAD = "| field | type | default | meaning |\n| --- | --- | --- | --- |"


def verb_pages(shelf: Shelf, made: str) -> dict[str, str]:
    """The pages by path, and the page that lists them. ``made`` is the line that says by what."""
    definitions = pathway_schema()["$defs"]
    pages = {f"{FOLDER}/{verb}.md": _page(verb, definitions, shelf, made) for verb in STEP_VERBS}
    return {f"{FOLDER}/README.md": _index(definitions, made), **pages}


def _model(verb: str, definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definitions[_named(definitions["Step"]["properties"][verb])]
    return found


def _named(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _index(definitions: dict[str, Any], made: str) -> str:
    rows = [
        f"| [`{verb}`]({verb}.md) | {_cell(_model(verb, definitions)['description'])} | "
        f"{'steps and rules' if verb in RULE_VERBS else 'steps'} |"
        for verb in STEP_VERBS
    ]
    lead = (
        "A step has exactly one verb; a rule may have one. The fields that all steps have are in\n"
        "[the language](../../language.md#steps-what-all-have-in-common)."
    )
    head = ["# Verbs", "", made, "", lead, "", _LIST]
    return "\n".join([*head, *rows]) + "\n"


def _page(verb: str, definitions: dict[str, Any], shelf: Shelf, made: str) -> str:
    model, example = _model(verb, definitions), EXAMPLES[verb]
    reached = "`unreachable`, " if "contact" in model.get("properties", {}) else ""
    parts = [f"# {verb}", made, model["description"], example.does, *_fields(model, definitions)]
    parts += [
        "Also: `id`, `title`, `when`, `after`, `in`, `due` or `response`, `every`, `until`, "
        f"`times`, `overdue`,\n`declined`, {reached}`safety-critical`, `evidence`, `same`, "
        "`order`, `window`: "
        "[what all steps have in common](../../language.md#steps-what-all-have-in-common).",
        f"**Time allowed.** {_due(verb, model)}",
        f"**Ends.** {example.ends}",
        f"## Example\n\n```yaml\n{example.steps}```",
        f"`careway explain` says of its first step:\n\n```text\n{_said(verb, shelf)}```",
        "[All verbs](README.md)",
    ]
    return "\n\n".join(parts) + "\n"


def _due(verb: str, model: dict[str, Any]) -> str:
    if verb == "schedule":
        return f"`within` (default: {BOOK_WITHIN}), else `due`, else by `response`."
    if verb == "monitor":
        return f"`due` or `response` of the task for a missing reading (default: {MONITOR_DUE})."
    if verb == "wait":
        return "`for` or `at-most`."
    if "by" not in model.get("properties", {}):
        return "None: it happens at once."
    return "`due` or `response`, one of which is needed. Reminders and escalations follow from it."


def _fields(model: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """A table of the fields, and one for each mapping inside."""
    properties: dict[str, dict[str, Any]] = model.get("properties", {})
    if not properties:
        yield "It has no fields of its own: write `{}`."
        return
    needed = model.get("required", [])
    rows = [_row(name, schema, name in needed, definitions) for name, schema in properties.items()]
    yield "\n".join([_HEAD, *rows])
    for name, schema in properties.items():
        inner = schema.get("items", schema)
        if "$ref" in inner:
            part = definitions[_named(inner)]
            yield f"**`{name}`**: {part['description']}"
            yield from _fields(part, definitions)


def _row(name: str, schema: dict[str, Any], needed: bool, definitions: dict[str, Any]) -> str:
    if needed:
        default = "needed"
    else:
        given = schema.get("default")
        default = f"`{given}`" if isinstance(given, str | int) and given != "" else ""
    # A field that says no more than the mapping it holds takes that one's description.
    meaning = schema.get("description") or definitions[_named(schema)]["description"]
    return f"| `{name}` | {_type(schema)} | {default} | {_cell(meaning)} |"


def _type(schema: dict[str, Any]) -> str:
    """The type of a field in an author's words."""
    if "items" in schema:
        return f"list of {_type(schema['items'])}s"
    if "patternProperties" in schema or "additionalProperties" in schema:
        return "mapping"
    if any(one.get("required") == ["en"] for one in schema.get("anyOf", ())):
        return "text, or texts by language"
    if "anyOf" in schema:  # or a parameter, as everywhere
        schema = schema["anyOf"][0]
    match schema:
        case {"$ref": _}:
            return "mapping"
        case {"enum": [*words]}:
            return " or ".join(f"`{word}`" for word in words)
        case {"pattern": pattern} if pattern.startswith(PATTERN):
            return "span"
        case {"type": ["string", "boolean"]}:
            return "condition"
        case {"type": "integer"}:
            return "whole number"
        case {"type": "boolean"}:
            return "true or false"
        case {"type": "string"}:
            return "text"
    raise AssertionError(f"a field whose type the reference cannot say: {schema}")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _said(verb: str, shelf: Shelf) -> str:
    pathway = compiled_example(verb, shelf)
    stage = pathway.stages[0]
    lines = explain_step(pathway, stage, stage.steps[0]).text().splitlines()
    # Without places: the example stands in no file.
    return re.sub(r" \(line \d+\)", "", "\n".join([lines[0], *lines[2:]])) + "\n"


def compiled_example(verb: str, shelf: Shelf) -> CompiledPathway:
    """The example of a verb, compiled. Raises ``ValueError`` with what is wrong with it."""
    compiled = compile_pathway(whole_example(verb), f"{verb}.yaml", shelf)
    if compiled.pathway is None:
        raise ValueError(f"the example of {verb} has errors: {compiled.issues}")
    return compiled.pathway
