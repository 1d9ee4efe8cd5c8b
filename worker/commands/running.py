"""Running Careway itself: ``up``, ``worker``, ``migrate``, ``demo``, ``version``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from worker.commands.options import NOWHERE, Json, Where

if TYPE_CHECKING:
    import asyncio

    from sqlalchemy import Engine

    from worker.settings import Settings


def up(
    *,
    port: int = 7233,
    ui_port: int | None = None,
    log_level: str = "INFO",
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Run everything on this machine: embedded server, records, worker. Ctrl-C stops it.

    All is kept in the data folder: started again, it goes on where it was.

    Parameters
    ----------
    port
        Port of the embedded Temporal server; 0 takes a free one.
    ui_port
        Port of Temporal's web interface; without it there is none.
    log_level
        Least severe level that is logged.
    """
    import asyncio

    settings = where.settings()
    _log(log_level)
    return asyncio.run(_up(settings, port, ui_port))


async def _up(settings: Settings, port: int, ui_port: int | None) -> int:
    from worker.folder import held

    make_folder(settings)
    with held(settings.data):
        return await _up_in_folder(settings, port, ui_port)


async def _up_in_folder(settings: Settings, port: int, ui_port: int | None) -> int:
    import asyncio

    from worker.commands.misuse import DONE
    from worker.commands.output import say
    from worker.connection import connect
    from worker.deployments import NAME, Deployment, build_id
    from worker.library import Library
    from worker.process import run_worker
    from worker.secret import site_secret
    from worker.server import EmbeddedServer, ServerOptions

    site_secret(settings)
    pathways = ", ".join(Library(settings.definitions).ids())
    prepare(settings)
    stop = _stopped_by_signals()
    options = ServerOptions(
        database=settings.data / "temporal.db",
        namespace=settings.namespace,
        port=port,
        ui_port=ui_port,
        synchronous=settings.synchronous,
    )
    async with EmbeddedServer(options) as server:
        here = settings.at(server.address)
        client = await connect(here)
        say(f"Careway is up at {server.address}, data in {settings.data}. Pathways: {pathways}.")
        if server.address != settings.address:
            say(f"In other shells: export CAREWAY_ADDRESS={server.address}")
        if server.ui_port:
            say(f"Temporal's web interface: http://127.0.0.1:{server.ui_port}")
        ended = asyncio.create_task(_watch(server, stop))
        try:
            # One machine that replaces its code: every journey goes over to what runs here.
            deployment = Deployment(NAME, build_id(), "auto-upgrade")
            await run_worker(here, stop, client, deployment=deployment, current=True)
        finally:
            ended.cancel()
    say("Careway has stopped. Nothing is lost: careway up goes on.")
    return DONE


async def _watch(server: object, stop: asyncio.Event) -> None:
    """A server that ends by itself takes the worker with it."""
    from worker.commands.output import complain
    from worker.server import EmbeddedServer

    assert isinstance(server, EmbeddedServer)
    status = await server.wait()
    complain(f"The embedded Temporal server ended by itself (status {status}).")
    stop.set()


def worker(
    *,
    log_level: str = "INFO",
    deployment: str = "",
    build_id: str = "",
    current: bool = False,
    deployments: bool = False,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Run a worker for a Temporal server elsewhere. Ctrl-C or SIGTERM stops it.

    Parameters
    ----------
    log_level
        Least severe level that is logged.
    deployment
        Name of a worker deployment: a run that this worker begins is finished by workers of the
        same build, and the journey's next run begins with the build that is current then.
    build_id
        Which build it is; otherwise the digest of its code.
    current
        Make this build the current one, once it listens.
    deployments
        Only list the builds that the server knows, and whether journeys are still with them.
    """
    import asyncio

    from worker.commands.misuse import DONE, Misuse
    from worker.deployments import Deployment
    from worker.deployments import build_id as code_digest
    from worker.process import run_worker

    settings = where.settings()
    if deployments:
        return asyncio.run(_deployments(settings))
    if "." in deployment:
        raise Misuse("The name of a deployment holds no dot.")
    if (build_id or current) and not deployment:
        raise Misuse("A build belongs to a deployment: give --deployment NAME too.")
    _log(log_level)
    build = Deployment(deployment, build_id or code_digest()) if deployment else None

    async def work() -> None:
        await run_worker(settings, _stopped_by_signals(), deployment=build, current=current)

    asyncio.run(work())
    return DONE


async def _deployments(settings: Settings) -> int:
    from worker.commands.misuse import DONE
    from worker.commands.output import say, table
    from worker.connection import connect
    from worker.deployments import builds

    found = await builds(await connect(settings))
    if not found:
        say("No worker deployment yet: careway worker --deployment NAME makes one.")
    table(
        "",
        ("deployment", "build", "status"),
        [(one.deployment, one.build, one.status) for one in found],
    )
    return DONE


def migrate(*, where: Annotated[Where, Parameter()] = NOWHERE) -> int:
    """Bring the record database up to date, and load the directory of services and staff."""
    from worker.commands.misuse import DONE
    from worker.commands.output import say

    prepare(where.settings())
    say("The record database is up to date.")
    return DONE


def demo(
    *,
    days: int = 0,
    keep: Path | None = None,
    where: Annotated[Where, Parameter()] = NOWHERE,
) -> int:
    """Show Careway at work: patients, nurses and a year in a few minutes.

    Exits with 1 when something that it claims was not proven.

    Parameters
    ----------
    days
        Shorter than a year: so many days.
    keep
        A folder for the databases and timelines that would otherwise be thrown away.
    """
    from worker.demo import run

    return run(where.settings(), days=days, keep=keep)


def version(*, json: Json = False) -> int:
    """Show the versions of Careway, Python and Temporal's SDK.

    JSON: careway, python, temporalio.

    Parameters
    ----------
    json
        Print JSON for programs instead of text.
    """
    import platform
    from importlib.metadata import version as installed

    from worker.commands.misuse import DONE
    from worker.commands.output import as_json, say

    found = {
        "careway": release(),
        "python": platform.python_version(),
        "temporalio": installed("temporalio"),
    }
    if json:
        as_json(found)
    else:
        say(", ".join(f"{name} {number}" for name, number in found.items()))
    return DONE


def release() -> str:
    """Careway's version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("careway")
    except PackageNotFoundError:
        return "unreleased (not installed)"


def prepare(settings: Settings) -> None:
    """Make the record database ready: tables up to date, directory loaded."""
    from activities.directory import load_directory, seed_directory
    from activities.records.database import open_records, upgrade

    make_folder(settings)
    engine: Engine = open_records(settings.record_database, synchronous=settings.synchronous)
    own = settings.definitions / "directory.yaml" if settings.definitions else None
    try:
        upgrade(engine)
        text = own.read_text(encoding="utf-8") if own is not None and own.is_file() else None
        seed_directory(engine, load_directory(text))
    finally:
        engine.dispose()


def make_folder(settings: Settings) -> None:
    """Make the data folder, unless it is there."""
    from worker.errors import WorkerError

    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkerError(f"{settings.data} cannot be made: {error.strerror}.") from None


def _log(level: str) -> None:
    """Log from ``level`` on. Raises ``Misuse`` when there is no such level."""
    import logging

    from worker import logs
    from worker.commands.misuse import Misuse

    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise Misuse(f'"{level}" is no level of a log. Known are {", ".join(known)}.')
    logs.configure(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its scrubbed lines say nothing


def _stopped_by_signals() -> asyncio.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    import asyncio
    import contextlib
    import signal

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
