"""How people name journeys, tasks and appointments."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from activities.records.database import reading
from activities.records.models import JourneyRow
from worker.errors import WorkerError

_SHOWN = 5


class UnclearReference(WorkerError):
    """A reference names nothing, or more than one thing."""


def of_journey(engine: Engine, reference: str) -> str:
    """The one journey whose id is, or begins with, ``reference``. Raises ``UnclearReference``."""
    wanted = reference.strip()
    query = (
        select(JourneyRow.id)
        .where(JourneyRow.id.startswith(wanted, autoescape=True))
        .order_by(JourneyRow.id)
        .limit(_SHOWN + 1)
    )
    try:
        with reading(engine) as connection:
            found = list(connection.scalars(query))
    except SQLAlchemyError as error:
        raise no_records(engine) from error
    if wanted in found:
        return wanted
    if len(found) == 1 and wanted:
        return found[0]
    if not found or not wanted:
        raise UnclearReference(
            f'No journey on record begins with "{reference}". careway list shows all.'
        )
    raise UnclearReference(
        f'More than one journey begins with "{reference}": {", ".join(found[:_SHOWN])}'
        f"{' and others' if len(found) > _SHOWN else ''}. Give more of its id."
    )


def parted(reference: str) -> tuple[str, str]:
    """``JOURNEY/t12`` as journey and task (or appointment). Raises ``UnclearReference``."""
    journey, slash, own = reference.rpartition("/")
    if not slash or not journey or not own:
        raise UnclearReference(
            f'"{reference}" is not a task or an appointment. Give JOURNEY/t12 or JOURNEY/a7, '
            "as careway tasks and careway show print them."
        )
    return journey, own


def no_records(engine: Engine) -> UnclearReference:
    """The record database has none of our tables, or does not answer."""
    where = engine.url.render_as_string(hide_password=True)
    return UnclearReference(
        f"The records at {where} cannot be read. Are CAREWAY_DATA and CAREWAY_DATABASE right? "
        "careway up makes new ones; careway migrate brings old ones up to date."
    )
