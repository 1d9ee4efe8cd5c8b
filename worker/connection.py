"""Connecting to Temporal."""

from __future__ import annotations

from pathlib import Path

from temporalio.client import Client
from temporalio.converter import PayloadCodec
from temporalio.service import TLSConfig

from worker.converter import data_converter
from worker.errors import WorkerError
from worker.logs import runtime
from worker.settings import Settings


class NoConnection(WorkerError):
    """Temporal cannot be reached."""


async def connect(settings: Settings, *, codec: PayloadCodec | None = None) -> Client:
    """A client with our payload converter. Raises ``NoConnection``."""
    try:
        return await Client.connect(
            settings.address,
            namespace=settings.namespace,
            data_converter=data_converter(codec),
            identity=settings.identity or None,
            tls=_tls(settings),
            runtime=runtime(settings.prometheus),
        )
    except (RuntimeError, OSError) as error:
        raise NoConnection(
            f"Temporal does not answer at {settings.address} (namespace {settings.namespace}). "
            "Is it running, and is CAREWAY_ADDRESS right?"
        ) from error


def _tls(settings: Settings) -> TLSConfig | bool:
    files = (settings.tls_certificate, settings.tls_key, settings.tls_authority)
    if not any(files) and not settings.tls_server_name:
        return False
    certificate, key, authority = (_content(file) for file in files)
    return TLSConfig(
        server_root_ca_cert=authority,
        domain=settings.tls_server_name or None,
        client_cert=certificate,
        client_private_key=key,
    )


def _content(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoConnection(f"{file} cannot be read: {error.strerror}.") from None
