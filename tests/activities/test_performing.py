"""The activities as Temporal runs them: their names, and failures that quote nobody."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import contract
from activities.performing import Activities
from activities.records import reading
from activities.records.database import open_records
from pathways.journey.effects import Book, Cancel
from pathways.journey.events import Done, Failed
from tests.activities.given import batch, message, task, wish


@pytest.fixture
def environment() -> ActivityEnvironment:
    """With time enough for a busy machine: attempts that are late give up."""
    found = ActivityEnvironment()
    minute = timedelta(minutes=1)
    found.info = replace(
        found.info, start_to_close_timeout=minute, schedule_to_close_timeout=minute
    )
    return found


def _name(performed: Callable[..., Any]) -> str | None:
    # There is no public way to read a name.
    definition = activity._Definition.from_callable(performed)
    return None if definition is None else definition.name


def test_the_activities_have_the_names_that_workflows_call(records: Engine):
    names = {_name(one) for one in Activities(records).all()}

    assert names == {contract.DECISION_CARRY_OUT, contract.SCHEDULE_BOOK, contract.SCHEDULE_CANCEL}
    assert names == set(contract.PATIENCE)


def test_a_batch_is_written_and_the_outbox_woken(records: Engine, environment: ActivityEnvironment):
    woken: list[bool] = []
    activities = Activities(records, wake=lambda: woken.append(True))

    environment.run(activities.carry_out, batch(1, tasks=(task(),)), [])
    assert woken == []
    environment.run(activities.carry_out, batch(2, messages=(message(),)), [])

    assert woken == [True]
    assert len(reading.worklist(records)) == 1


def test_booking_and_cancelling(directory: Engine, environment: ActivityEnvironment):
    activities = Activities(directory)

    booked = environment.run(activities.book, wish(1))
    assert environment.run(activities.book, wish(1)) == booked
    assert environment.run(activities.cancel, Cancel("j1/x/eyes/1/cancel/patient", "e", "a1")) == {}


def test_what_a_decision_books_is_booked_with_its_record(
    directory: Engine, environment: ActivityEnvironment
):
    """Given a decision with three effects, then each that has ended says how it did, and asked
    again (the answer was lost) the same."""
    cancel = Cancel("j1/x/eyes/1/cancel/patient", "e", "a9")
    effects: list[Book | Cancel] = [wish(1), wish(2, service="tea-leaves"), cancel]
    activities = Activities(directory)

    ended = environment.run(activities.carry_out, batch(1, tasks=(task(),)), effects)

    booked, refused, cancelled = ended
    assert booked == Done(wish(1).key, environment.run(activities.book, wish(1)))
    assert refused == Failed(wish(2).key, contract.NO_SLOT)
    assert cancelled == Done(cancel.key, {})
    assert environment.run(activities.carry_out, batch(1, tasks=(task(),)), effects) == ended
    assert len(reading.worklist(directory)) == 1


def test_a_schedule_that_is_away_does_not_hold_up_the_record(
    directory: Engine, environment: ActivityEnvironment
):
    """Given bookings that the database refuses, then the record is written all the same, and
    the booking is left for a later attempt."""
    with directory.begin() as connection:
        connection.execute(text("ALTER TABLE bookings RENAME TO elsewhere"))

    ended = environment.run(Activities(directory).carry_out, batch(1, tasks=(task(),)), [wish(1)])

    assert ended == []
    assert len(reading.worklist(directory)) == 1


def test_no_slot_is_final(directory: Engine, environment: ActivityEnvironment):
    with pytest.raises(ApplicationError) as failure:
        environment.run(Activities(directory).book, wish(1, service="tea-leaves"))

    assert (failure.value.type, failure.value.non_retryable) == (contract.NO_SLOT, True)


def test_a_database_that_is_away_is_tried_again(tmp_path: Path, environment: ActivityEnvironment):
    away = open_records("postgresql://nobody:secret@127.0.0.1:1/none")

    with pytest.raises(ApplicationError) as failure:
        environment.run(Activities(away).carry_out, batch(1), [])

    away.dispose()
    assert (failure.value.type, failure.value.non_retryable) == (contract.UNAVAILABLE, False)


def test_a_refusal_of_the_database_quotes_no_patient(
    records: Engine, environment: ActivityEnvironment
):
    """Given a broken table, the failure and all that is chained to it hold none of the values."""
    with records.begin() as connection:
        connection.execute(text("ALTER TABLE tasks DROP COLUMN title"))

    with pytest.raises(ApplicationError) as failure:
        environment.run(
            Activities(records).carry_out, batch(1, tasks=(task(title="Ann fell"),)), []
        )

    said = "".join(traceback.format_exception(failure.value))
    assert failure.value.__suppress_context__
    assert "Ann fell" not in said
    assert "nurse-ada" not in said
