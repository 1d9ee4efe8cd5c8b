"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from pathways.journey.events import Actor
    from worker.settings import Settings


@Parameter(name="*", group="Where")
@dataclass(frozen=True)
class Where:
    """Where Careway runs; each option has a CAREWAY_ variable."""

    address: str | None = None
    """Temporal frontend, HOST:PORT (CAREWAY_ADDRESS; 127.0.0.1:7233)."""
    namespace: str | None = None
    """Temporal namespace (CAREWAY_NAMESPACE; default)."""
    data: Path | None = None
    """Folder of careway up (CAREWAY_DATA; careway-data)."""
    database: str | None = None
    """Record database, sqlite:///FILE or postgresql://... (CAREWAY_DATABASE; in the folder)."""
    definitions: Path | None = None
    """Folder of pathways, instruments and messages (CAREWAY_DEFINITIONS; those that ship)."""

    def settings(self) -> Settings:
        """Settings from the environment, overridden by what was given."""
        from worker.settings import Settings

        return Settings.read(
            address=self.address,
            namespace=self.namespace,
            data=self.data,
            database=self.database,
            definitions=self.definitions,
        )


@Parameter(name="*", group="Who")
@dataclass(frozen=True)
class Who:
    """Who asks, and under which command id."""

    person: Annotated[str, Parameter(name="--as")] = ""
    """Your id (CAREWAY_PERSON; your login name)."""
    role: str = ""
    """The role you act in (a task's owner; otherwise case-manager)."""
    command_id: str = ""
    """A command sent again with the same id is applied once, and answered as the first time."""

    def actor(self, role: str = "case-manager") -> Actor:
        """Who asks; ``role`` when none was given."""
        import getpass
        import os

        from pathways.journey.events import Actor

        person = self.person or os.environ.get("CAREWAY_PERSON") or getpass.getuser()
        return Actor(person, self.role or role)

    def command(self) -> str:
        """The command id, made when none was given."""
        from uuid import uuid4

        return self.command_id or str(uuid4())


Json = Annotated[bool, Parameter(name="--json")]
"""Print JSON for programs instead of text."""
NOWHERE = Where()
NOBODY = Who()
