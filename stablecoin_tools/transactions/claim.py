"""This process's claim on a sender's lane, and all that is written under it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.errors import StablecoinError
from stablecoin_tools.transactions.journal import Overtaken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.transactions.fees import FeePolicy
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import Change, Hold, Journal
    from stablecoin_tools.transactions.send_state import WaitPolicy
    from stablecoin_tools.transactions.witnesses import Witnesses

__all__ = ["Claim", "Rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """By what all lanes of a manager go: what to offer, how long to wait, whom to believe, whom to tell."""

    fees: FeePolicy
    waiting: WaitPolicy
    witnesses: Witnesses
    clock: Callable[[], float]
    announce: Callable[[Change], None]


class Claim:
    """A claim on one lane: made by looking, good from the first write on, and only as long as nobody else writes.

    Args:
        chain: The chain's name in the journal.
        sender: Whose lane.
        journal: Where it is written.
        owner: Who this process is to others that share the journal.
        rules: Its clock, and whom to tell of what was written.

    Attributes:
        holder: Who else held the lane when it was last looked at; empty if nobody did.
    """

    def __init__(self, chain: str, sender: Address, journal: Journal, owner: str, rules: Rules) -> None:
        self._chain, self._sender, self._journal, self._owner = chain, sender, journal, owner
        self._clock, self._announce = rules.clock, rules.announce
        self._hold: Hold | None = None
        self._is_written = False
        self._written_at = 0.0
        self.holder = ""

    @property
    def is_made(self) -> bool:
        """Whether the lane was free when it was looked at, and was not lost since, as far as is known."""
        return self._hold is not None

    @property
    def next_nonce(self) -> int:
        """The lowest nonce that no intent owns.

        Raises:
            Overtaken: If there is no claim.
        """
        return self._held().next_nonce

    def make(self) -> tuple[Intent, ...] | None:
        """Looks whether the lane is free, and claims it if something is open in it, which others may have begun.

        Returns:
            What is open in it, or None if another process holds it.

        Raises:
            Overtaken: If another process was faster.
        """
        view = self._journal.look(self._chain, self._sender, owner=self._owner)
        self.holder = "" if view.is_free else view.holder
        if not view.is_free:
            return None
        self._hold = view.hold
        if view.open:
            self.record(())
        return view.open

    def record(self, changes: Sequence[Change], *, next_nonce: int = 0, is_released: bool = False) -> None:
        """Writes changes under the claim, and tells of them; with the last of them the lane may be let go.

        Raises:
            Overtaken: If the claim is lost; nothing was written.
            JournalError: If the journal cannot be written.
        """
        hold = self._journal.record(self._held(), changes, next_nonce=next_nonce, is_released=is_released)
        self._hold = None if is_released else hold
        self._is_written = not is_released
        self._written_at = self._clock()
        self._tell(changes)

    def queue(self, changes: Sequence[Change]) -> None:
        """Writes new intents without a claim, for whoever holds the lane.

        Raises:
            Overtaken: If one of the references was taken meanwhile; nothing was written.
            JournalError: If the journal cannot be written.
        """
        self._journal.queue(self._chain, self._sender, changes)
        self._tell(changes)

    def renew(self) -> None:
        """Keeps the lease, where nothing was written for a while."""
        if self._is_written and self._clock() - self._written_at > self._journal.lease_seconds / 3:
            self.record(())

    def release(self) -> None:
        """Lets the lane go; where that cannot be written, the lease ends by itself."""
        if self._is_written:
            with contextlib.suppress(Overtaken, StablecoinError):
                self.record((), is_released=True)
        self.forget()

    def forget(self) -> None:
        """Gives up what is known of the lane; the next look tells how it stands."""
        self._hold = None
        self._is_written = False

    def _held(self) -> Hold:
        if self._hold is None:
            raise Overtaken
        return self._hold

    def _tell(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._announce(change)
