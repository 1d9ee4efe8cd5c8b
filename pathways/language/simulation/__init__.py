"""Behaviour and staffing files, which simulations follow: read and checked."""

from pathways.language.simulation.reading import read_behaviour, read_staffing

__all__ = ["read_behaviour", "read_staffing"]
