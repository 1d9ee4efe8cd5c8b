"""Commands that only read the record database: they work without a server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from activities.records.database import open_records
from pathways.narrative import day_and_time
from worker.admission import calendar_for
from worker.references import UnclearReference, no_records
from worker.settings import Settings


@contextmanager
def recorded(settings: Settings) -> Iterator[Engine]:
    """The record database, for questions. Raises ``UnclearReference`` when it is not there."""
    engine = open_records(settings.record_database, synchronous=settings.synchronous)
    try:
        _must_exist(engine)
        yield engine
    except SQLAlchemyError:
        raise no_records(engine) from None
    finally:
        engine.dispose()


def office(settings: Settings) -> Callable[[int], str]:
    """How the office writes an instant: in its own time zone."""
    calendar = calendar_for(settings.zone, int(time.time()), settings.country)
    return lambda moment: day_and_time(calendar, moment)


def _must_exist(engine: Engine) -> None:
    """Opening a SQLite file makes it; asking a question should not."""
    file = engine.url.database
    if engine.url.get_backend_name() == "sqlite" and file:
        from pathlib import Path

        if not Path(file).is_file():
            raise UnclearReference(
                f"There are no records at {file}. careway up makes them; "
                "are CAREWAY_DATA and CAREWAY_DATABASE right?"
            )
