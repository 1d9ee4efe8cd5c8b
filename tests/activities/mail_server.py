"""A real SMTP server that keeps what it is given, and can be told to answer otherwise."""

from __future__ import annotations

import threading
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class MailServer(Controller):
    """``port`` is known once started. Mails arrive in ``received``."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(self, hostname="127.0.0.1", port=port)
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: deque[str] = deque()
        """What to answer to the next messages, instead of accepting them."""
        self.refuse_recipients = ""
        self.arriving = threading.Event()
        """A message has arrived and is not answered yet."""
        self.go_on = threading.Event()
        self.go_on.set()
        """Cleared: messages are left without an answer."""

    def _trigger_server(self) -> None:
        # Port 0 lets the system choose; the base class must connect to what it chose.
        self.port = cast(Any, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipients:
            return self.refuse_recipients
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.arriving.set()
        if not self.go_on.is_set():
            await server.loop.run_in_executor(None, self.go_on.wait)
        if self.answers:
            return self.answers.popleft()
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"
