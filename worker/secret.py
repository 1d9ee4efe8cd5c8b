"""The site secret: what turns medical record numbers into opaque journey ids."""

from __future__ import annotations

import contextlib
import os
import secrets

from worker.errors import WorkerError
from worker.settings import Settings

_FILE = "site-secret"
_BYTES = 32
_LEAST = 16


class NoSecret(WorkerError):
    """The site secret cannot be read or kept."""


def site_secret(settings: Settings) -> bytes:
    """The configured secret, or the one kept in the data folder, made when there is none.

    With a database elsewhere it must be configured: several machines use the same one, and
    another secret would give every patient another journey. Raises ``NoSecret``.
    """
    configured = settings.site_secret.encode()
    if configured and len(configured) < _LEAST:
        raise NoSecret(
            f"The site secret has {len(configured)} bytes, too few to hide patients' numbers "
            f"behind. Set CAREWAY_SITE_SECRET to at least {_LEAST} random characters."
        )
    if configured:
        return configured
    if settings.database and not settings.database.startswith("sqlite"):
        raise NoSecret(
            "No site secret is set, so patients could not be told apart safely. "
            "Set CAREWAY_SITE_SECRET to at least 16 random characters, the same everywhere."
        )
    path = settings.data / _FILE
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(_BYTES))
        return path.read_text().strip().encode()
    except OSError as error:
        raise NoSecret(f"The site secret {path} cannot be kept: {error.strerror}.") from None
