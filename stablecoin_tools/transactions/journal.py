"""Where intents are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from stablecoin_tools.transactions.intent import Stage

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.transactions.intent import Intent

__all__ = ["Journal", "MemoryJournal"]


class Journal(Protocol):
    """The memory of what was to be done and how far it came."""

    def find(self, reference: str) -> Intent | None:
        """The intent of this reference, if there is one."""

    def pending(self, sender: Address) -> Intent | None:
        """The sender's intent whose outcome is unknown, if there is one."""

    def put(self, intent: Intent) -> None:
        """Keeps an intent, in place of what was kept under its reference."""


class MemoryJournal:
    """A journal that is gone with the process."""

    def __init__(self) -> None:
        self._intents: dict[str, Intent] = {}

    def find(self, reference: str) -> Intent | None:
        """The intent of this reference, if there is one."""
        return self._intents.get(reference)

    def pending(self, sender: Address) -> Intent | None:
        """The sender's intent whose outcome is unknown, if there is one."""
        return next((i for i in self._intents.values() if i.sender == sender and i.stage is Stage.PENDING), None)

    def put(self, intent: Intent) -> None:
        """Keeps an intent, in place of what was kept under its reference."""
        self._intents[intent.reference] = intent
