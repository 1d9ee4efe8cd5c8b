"""The care plan as a document: what a version says, in words, and how two versions differ."""

from pathways.planning.content import Aim, CarePlan, Chapter, Intervention, Need

__all__ = ["Aim", "CarePlan", "Chapter", "Intervention", "Need"]
