"""The embedded server: one child, one file, gone with its parent."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.care import demo, enrollment
from worker.connection import NoConnection, connect
from worker.converter import data_converter
from worker.server import EmbeddedServer, ServerError, ServerOptions
from worker.settings import BadSetting, Settings
from workflows.contract import EnrollRequest


async def test_a_restart_on_the_same_file_goes_on_where_it_was(tmp_path: Path) -> None:
    options = ServerOptions(tmp_path / "server.db", synchronous="NORMAL")
    async with EmbeddedServer(options) as server:
        client = await connect(replace(Settings(), address=server.address))
        await client.start_workflow("Waiting", id="left-behind", task_queue="nobody")
    async with EmbeddedServer(options) as server:
        client = await connect(replace(Settings(), address=server.address))
        found = await client.get_workflow_handle("left-behind").describe()
        assert found.status is not None
        assert found.status.name == "RUNNING"


async def test_a_port_that_is_taken_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = ServerOptions(tmp_path / "server.db", port=port)
        with pytest.raises(ServerError, match="Is another program using the port"):
            await EmbeddedServer(options).start()


_PARENT = """
import asyncio, sys
from pathlib import Path
from worker.server import EmbeddedServer, ServerOptions
async def main():
    async with EmbeddedServer(ServerOptions(Path(sys.argv[1]), synchronous="NORMAL")) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def test_the_server_dies_with_a_killed_parent(tmp_path: Path) -> None:
    """Given a parent killed without warning, then its server is gone too."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "server.db")],
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        watched = os.pidfd_open(server)
        parent.send_signal(signal.SIGKILL)
        assert _ends(watched, seconds=10)


def _ends(pidfd: int, *, seconds: float) -> bool:
    """Whether the process ends within the time."""
    try:
        return bool(select.select([pidfd], [], [], seconds)[0])
    finally:
        os.close(pidfd)


async def test_a_server_that_is_not_there_is_named_with_a_remedy() -> None:
    with pytest.raises(NoConnection, match="CAREWAY_ADDRESS"):
        await connect(replace(Settings(), address="127.0.0.1:1"))


def test_kernel_values_travel_as_readable_json_and_come_back_equal() -> None:
    event, pinned = enrollment("c", 1_800_000_000, demo())
    request = EnrollRequest(event, pinned)
    converter = data_converter().payload_converter
    (payload,) = converter.to_payloads([request])
    assert payload.metadata["encoding"] == b"json/plain"
    assert b'"command":"c"' in payload.data
    assert converter.from_payloads([payload], [EnrollRequest]) == [request]


@pytest.mark.parametrize("value", [None, 7, "text", {"a": [1, 2]}, ["x"]])
def test_plain_values_travel_as_ever(value: object) -> None:
    converter = data_converter().payload_converter
    assert converter.from_payloads(converter.to_payloads([value])) == [value]


def test_settings_come_from_the_environment_and_the_command_line_wins() -> None:
    settings = Settings.read({"CAREWAY_SMTP_PORT": "2525", "CAREWAY_ADDRESS": "a:1"}, address="b:2")
    assert (settings.smtp_port, settings.address) == (2525, "b:2")


def test_a_setting_that_cannot_be_used_says_which_and_what_instead() -> None:
    with pytest.raises(BadSetting, match="CAREWAY_SMTP_PORT"):
        Settings.read({"CAREWAY_SMTP_PORT": "many"})
    with pytest.raises(BadSetting, match="FULL, NORMAL"):
        Settings.read({"CAREWAY_SYNCHRONOUS": "perhaps"})


def test_secrets_are_not_printed() -> None:
    shown = repr(Settings(site_secret="hush", database="postgresql://me:hush@h/d"))
    assert "hush" not in shown
