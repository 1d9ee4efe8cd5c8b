"""The rota of a folder of definitions: ``rota.yaml``."""

from __future__ import annotations

from pathways.journey.team.rota import Rota
from pathways.language.report import render
from worker.admission import calendar_for
from worker.library import Library
from worker.settings import Settings
from worker.shared import LibraryError, near, rota_of_text, text_of

FILE = "rota.yaml"


def rota_of(settings: Settings, now: int) -> Rota | None:
    """When people work and who is on call, with the calendar of the site; ``None``: the site has
    no rota. Raises ``LibraryError`` with every finding."""
    path = Library(settings.definitions).folder / FILE
    if not path.is_file():
        return None
    text, file = text_of(path), str(near(path))
    found, issues = rota_of_text(text, file)
    if found is None:
        raise LibraryError(f"{file} has errors:\n\n{render(issues, {file: text})}")
    return Rota(found.shifts, calendar_for(found.zone, now, settings.country))
