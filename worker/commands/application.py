"""The application: which commands there are, and how their errors reach people.

What a command needs it imports when it runs: ``careway --help`` loads none of it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

from cyclopts import App, CycloptsError, Group, Parameter

from worker.commands import (
    caseload,
    checking,
    clocks,
    comparing,
    course,
    criteria,
    explain,
    graph,
    hours,
    matching,
    medicines,
    migrating,
    minutes,
    patients,
    plan,
    recording,
    reviewing,
    running,
    showing,
    simulating,
    staff,
    starting,
    testing,
    upgrading,
    work,
)
from worker.commands.misuse import DONE, FAILED, MISUSED, Misuse
from worker.commands.output import complain
from worker.errors import WorkerError

_INTERRUPTED = 130
_GROUPS: dict[str, dict[str, Callable[..., int]]] = {
    "Patients": {
        "enroll": patients.enroll,
        "list": patients.list_journeys,
        "show": showing.show,
        "plan": plan.plan,
        "goal": plan.goal,
        "medicines": medicines.medicines,
    },
    "Work": {
        "tasks": work.tasks,
        "clocks": clocks.clocks,
        "minutes": minutes.minutes,
        "caseload": caseload.caseload,
        "complete": work.complete,
        "decline": work.decline,
        "vary": work.vary,
        "assign": work.assign,
        "attend": work.attend,
        "review": reviewing.review,
        "criteria": criteria.criteria,
        "matches": matching.matches,
        "team": staff.team,
        "absent": staff.absent,
        "leaves": staff.leaves,
        "hours": hours.hours,
    },
    "What happens to a patient": {
        "record": recording.record,
        "event": course.event,
        "hold": course.hold,
        "resume": course.resume,
        "withdraw": course.withdraw,
        "close": course.close,
    },
    "Definitions": {
        "new": starting.new,
        "check": checking.check,
        "diff": comparing.diff,
        "upgrade": upgrading.upgrade,
        "explain": explain.explain,
        "graph": graph.graph,
        "simulate": simulating.simulate,
        "test": testing.run,
    },
    "Running Careway": {
        "up": running.up,
        "worker": running.worker,
        "migrate": migrating.migrate,
        "demo": running.demo,
        "version": running.version,
    },
}


def _build() -> App:
    built = App(
        name="careway",
        help="Careway carries patients along care pathways.",
        version=running.release,
        help_format="plaintext",
        result_action="return_value",
        default_parameter=Parameter(negative="", show_default=False),
        group_commands=Group("Other", sort_key=99),
    )
    for place, (title, commands) in enumerate(_GROUPS.items()):
        group = Group(title, sort_key=place)
        for name, command in commands.items():
            built.command(command, name=name, group=group)
    return built


app = _build()


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code. Never raises: what goes wrong becomes a sentence."""
    try:
        code = app(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        command = " ".join(("careway", *(error.command_chain or ())))
        complain(f"{error}\nSee {command} --help.")
        return MISUSED
    except Misuse as error:
        complain(str(error))
        return MISUSED
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; nothing more may be written to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # the one place where everything ends
        _explain(error)
        return FAILED
    return code if isinstance(code, int) else DONE


def _explain(error: Exception) -> None:
    """A sentence for what we foresaw, and for a bug how to find it."""
    if os.environ.get("CAREWAY_DEBUG") == "1":
        complain("".join(traceback.format_exception(error)).rstrip())
    while isinstance(error, ExceptionGroup):
        # Of things done side by side, the first that went wrong stopped the others.
        error = error.exceptions[0]
    bases = {f"{one.__module__}.{one.__qualname__}" for one in type(error).__mro__}
    if isinstance(error, WorkerError) or bases & _FORESEEN:
        complain(str(error))
    elif bases & _DATABASE:
        # What a database says may quote a patient's data.
        complain(
            f"The record database did not do what was asked ({type(error).__name__}). Is it "
            "running, and up to date? careway migrate brings it up to date."
        )
    else:
        complain(
            f"Something that should not happen did ({type(error).__name__}): please report it. "
            "CAREWAY_DEBUG=1 shows where."
        )


_FORESEEN = {
    "activities.directory.DirectoryError",
    "activities.records.database.RecordsError",
}
_DATABASE = {"sqlalchemy.exc.SQLAlchemyError"}
"""By name: to know them by class, every ``careway --help`` would load a database library."""
