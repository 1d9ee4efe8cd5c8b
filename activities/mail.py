"""One e-mail: composed, and handed to the mail server in two moves, so that the caller knows
whether it may have left.

Until ``deliver`` nothing has gone out, and any failure may be retried. From then on a lost
connection means that nobody knows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Literal

import aiosmtplib
from msgspec import Struct

from activities.recipients import Recipient
from activities.rendering import Organisation
from pathways.compiled import MessageText

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")

_GOODBYE = 2.0
"""Seconds a server is given to say goodbye; whether it does changes nothing."""


class SmtpSettings(Struct, frozen=True):
    """The mail server. ``timeout``: seconds for each exchange with it."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    encryption: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 20.0


class BadHeader(Exception):
    """A name, an address or a subject holds what no header may hold."""


class Refused(Exception):
    """The mail server answered no. ``permanent``: it will not change its mind."""

    def __init__(self, code: int) -> None:
        super().__init__(f"smtp-{code}")
        self.code = code
        self.permanent = 500 <= code < 600


class Unreachable(Exception):
    """The mail server did not answer before anything was sent."""


class Uncertain(Exception):
    """The connection was lost while the message was on its way."""


def compose(
    key: str,
    text: MessageText,
    organisation: Organisation,
    recipient: Recipient,
    *,
    now: int,
    calendar: tuple[str, bytes] | None = None,
) -> EmailMessage:
    """The e-mail for the effect ``key``, whose Message-ID is the same in every attempt.

    ``calendar``: method and content of the calendar file. Raises ``BadHeader``."""
    for value in (text.subject, recipient.name, recipient.email):
        if _CONTROL.search(value):
            raise BadHeader("header-injection")
    mail = EmailMessage(policy=SMTP_POLICY)
    try:
        mail["From"] = Address(organisation.name, addr_spec=organisation.sender)
        mail["To"] = Address(recipient.name, addr_spec=recipient.email)
        mail["Subject"] = text.subject
        recipient.email.encode("ascii")
    except (HeaderParseError, MessageDefect, ValueError, IndexError):
        raise BadHeader("bad-address") from None
    mail["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    mail["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{organisation.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body)
    if calendar is not None:
        method, content = calendar
        mail.add_attachment(
            content.decode(), subtype="calendar", filename="appointment.ics", cte="base64"
        )
        *_, part = mail.iter_attachments()
        part.set_param("method", method)
    return mail


class Envelope:
    """A mail server that has accepted sender and recipient and waits for the message."""

    def __init__(self, server: aiosmtplib.SMTP, mail: EmailMessage) -> None:
        self._server = server
        self._content = mail.as_bytes()

    async def deliver(self) -> None:
        """Hand the message over. Raises ``Refused`` (it did not leave) or ``Uncertain``."""
        try:
            await self._server.data(self._content)
        except aiosmtplib.SMTPResponseException as error:
            raise Refused(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise Uncertain("interrupted") from None


@asynccontextmanager
async def envelope(
    settings: SmtpSettings, mail: EmailMessage, sender: str, to: str
) -> AsyncIterator[Envelope]:
    """Everything up to the message itself. Raises ``Refused`` or ``Unreachable``."""
    server = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.username or None,
        password=settings.password or None,
        use_tls=settings.encryption == "tls",
        start_tls=settings.encryption == "starttls",
        timeout=settings.timeout,
    )
    try:
        try:
            await server.connect()
            await server.mail(sender)
            await server.rcpt(to)
        except aiosmtplib.SMTPResponseException as error:
            raise Refused(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise Unreachable("mail-server-unreachable") from None
        yield Envelope(server, mail)
    finally:
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if server.is_connected:
                await server.quit(timeout=_GOODBYE)
        server.close()
