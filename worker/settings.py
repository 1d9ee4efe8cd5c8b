"""Settings of the running program: from ``CAREWAY_*`` variables, overridden by the command line."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, Self, get_args

from worker.errors import WorkerError

Synchronous = Literal["FULL", "NORMAL"]


class BadSetting(WorkerError):
    """A setting's value cannot be used."""


def _identity() -> str:
    return f"{os.getpid()}@{socket.gethostname()}"


@dataclass(frozen=True)
class Settings:
    """``CAREWAY_SMTP_PORT=2525`` sets ``smtp_port``, and so on for every field.

    The secrets (``site_secret``, ``database`` with its password) are never printed.
    """

    data: Path = Path("careway-data")
    """Folder of ``careway up``: server database, records, logs."""
    address: str = "127.0.0.1:7233"
    """Temporal frontend, ``host:port``."""
    namespace: str = "default"
    task_queue: str = "careway"
    tls_certificate: Path | None = None
    """Client certificate, with ``tls_key``, for a cluster that asks for one."""
    tls_key: Path | None = None
    tls_authority: Path | None = None
    """Certificate authority of the cluster, if not a public one."""
    tls_server_name: str = ""
    database: str = ""
    """Record database: ``sqlite:///FILE`` or ``postgresql://...``; empty: a file in ``data``."""
    synchronous: Synchronous = "FULL"
    """SQLite files: FULL survives a power cut, NORMAL only a killed process (and is faster)."""
    definitions: Path | None = None
    """Folder of pathways, instruments and messages; without one, those that ship."""
    zone: str = "America/New_York"
    """Time zone of patients whose own is not on record (IANA name)."""
    country: str = "US"
    """Whose public holidays close the office (ISO 3166)."""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_from: str = "careway@localhost"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    organisation_name: str = "Careway"
    organisation_phone: str = ""
    site_secret: str = ""
    """Keys the opaque ids of patients; at least 16 characters in production."""
    identity: str = ""
    """Name of this worker in Temporal's histories; empty: process id and host."""
    cached_workflows: int = 1000
    """Journeys kept in memory; 75-350 KB each."""
    prometheus: str = ""
    """``host:port`` to serve metrics at; empty: none."""

    def __repr__(self) -> str:
        shown = {one.name: getattr(self, one.name) for one in fields(self)}
        for secret in ("site_secret", "smtp_password", "database"):
            shown[secret] = "***" if shown[secret] else ""
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Self:
        """From the environment, then from ``given`` (command line), where that is not ``None``.

        Raises ``BadSetting``."""
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {"identity": _identity()}
        for one in fields(cls):
            variable = f"CAREWAY_{one.name.upper()}"
            if variable in source:
                values[one.name] = _parse(variable, str(one.type), source[variable])
        values |= {name: value for name, value in given.items() if value is not None}
        return cls(**values)

    def at(self, address: str) -> Self:
        """The same settings for a server at ``address``."""
        return replace(self, address=address)

    @property
    def record_database(self) -> str:
        """The address of the record database."""
        return self.database or f"sqlite:///{self.data.absolute() / 'records.db'}"


def _parse(variable: str, kind: str, text: str) -> Any:
    if kind == "int":
        if not text.isdecimal():
            raise BadSetting(f'{variable} is "{text}", but must be a whole number.')
        return int(text)
    if kind.startswith("Path"):
        return Path(text) if text or "None" not in kind else None
    choices = _CHOICES.get(variable)
    if choices and text not in choices:
        raise BadSetting(f'{variable} is "{text}", but must be one of {", ".join(choices)}.')
    return text


_CHOICES: dict[str, tuple[str, ...]] = {
    "CAREWAY_SYNCHRONOUS": get_args(Synchronous),
    "CAREWAY_SMTP_TLS": ("none", "starttls", "tls"),
}
