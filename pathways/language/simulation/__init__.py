"""Behaviour and staffing files, which simulations follow: read and checked."""

from __future__ import annotations

from typing import Any

from pathways.language.schema import URI
from pathways.language.simulation.models import BehaviourFile, StaffingFile
from pathways.language.simulation.reading import read_behaviour, read_staffing

__all__ = ["behaviour_schema", "read_behaviour", "read_staffing", "staffing_schema"]


def behaviour_schema() -> dict[str, Any]:
    """The JSON Schema of ``definitions/behaviour/*.yaml``, for editors."""
    return {"$schema": URI, **BehaviourFile.model_json_schema(by_alias=True, mode="validation")}


def staffing_schema() -> dict[str, Any]:
    """The JSON Schema of ``definitions/staffing/*.yaml``, for editors."""
    return {"$schema": URI, **StaffingFile.model_json_schema(by_alias=True, mode="validation")}
