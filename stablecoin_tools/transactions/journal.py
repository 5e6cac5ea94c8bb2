"""Where intents are kept, and where it is settled which intent owns which nonce."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from stablecoin_tools.errors import NotSent
from stablecoin_tools.transactions.intent import Stage

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.transactions.intent import Intent

__all__ = ["Journal", "MemoryJournal"]


class Journal(Protocol):
    """The memory of what was to be done on one chain, and how far it came."""

    def find(self, reference: str) -> Intent | None:
        """The intent of this reference, if there is one."""

    def pending(self, sender: Address) -> Intent | None:
        """The sender's intent whose outcome is unknown, if there is one."""

    def add(self, intent: Intent) -> Intent:
        """Takes a new intent in, in one step: two callers never own one reference or one nonce.

        Returns:
            The intent that is kept under the reference: this one, or the one that was there before.

        Raises:
            NotSent: If another intent of the sender is pending, or owns the nonce.
        """

    def put(self, intent: Intent) -> None:
        """Keeps how far an intent has come, in place of what was kept under its reference."""


class MemoryJournal:
    """A journal that is gone with the process. Threads may share it."""

    def __init__(self) -> None:
        self._intents: dict[str, Intent] = {}
        self._lock = threading.Lock()

    def find(self, reference: str) -> Intent | None:
        """The intent of this reference, if there is one."""
        return self._intents.get(reference)

    def pending(self, sender: Address) -> Intent | None:
        """The sender's intent whose outcome is unknown, if there is one."""
        return next((intent for intent in self._of(sender) if intent.stage is Stage.PENDING), None)

    def add(self, intent: Intent) -> Intent:
        """Takes a new intent in, in one step."""
        with self._lock:
            kept = self._intents.get(intent.reference)
            if kept is not None:
                return kept
            for other in self._of(intent.sender):
                if other.stage is Stage.PENDING or other.nonce == intent.nonce:
                    raise NotSent(
                        f"Nonce {other.nonce} of {intent.sender} belongs to another intent, {other.reference!r}.",
                        hint="Resume that reference first.",
                    )
            self._intents[intent.reference] = intent
            return intent

    def put(self, intent: Intent) -> None:
        """Keeps how far an intent has come. An attempt once kept is never forgotten."""
        with self._lock:
            kept = self._intents.get(intent.reference)
            if kept is not None and len(kept.candidates) > len(intent.candidates):
                intent = replace(intent, candidates=kept.candidates)
            self._intents[intent.reference] = intent

    def intents(self) -> tuple[Intent, ...]:
        """All that was kept, oldest first."""
        return tuple(self._intents.values())

    def _of(self, sender: Address) -> list[Intent]:
        return [intent for intent in self.intents() if intent.sender == sender]
