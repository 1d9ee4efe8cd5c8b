"""The instruments that are shipped, compiled."""

from __future__ import annotations

from importlib.resources import files

from pathways.compiled import Instrument
from pathways.language.instruments import compile_instrument

NAMES = (
    "4at",
    "ahc-hrsn",
    "asq",
    "audit-c",
    "caregiver-strain",
    "distress",
    "ecog",
    "frail",
    "gad-7",
    "health-literacy",
    "hospital-score",
    "lace",
    "mmrc",
    "mrs",
    "nyha",
    "phq-2",
    "phq-9",
    "steadi-3",
)


def text_of(name: str) -> str:
    return (files("definitions") / "instruments" / f"{name}.yaml").read_text("utf-8")


def shipped(name: str) -> Instrument:
    instrument, issues = compile_instrument(text_of(name), f"{name}.yaml")
    assert issues == []
    assert instrument is not None
    return instrument
