"""What goes on while a command waits: a line for each change, and in a terminal what it waits for."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from stablecoin_tools.cli.reading import readable
from stablecoin_tools.transactions.explaining import in_gwei
from stablecoin_tools.transactions.journal import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.status import Status

    from stablecoin_tools.networks import Network
    from stablecoin_tools.transactions import Change, Intent

__all__ = ["Progress"]

_ASKING: Final = "asking the node"
_FOR_A_BLOCK: Final = "waiting for a block"
_FOR_FINALITY: Final = "waiting until the block is final"
_FOR_EITHER: Final = "waiting for a block with either of the two"
_STANDS: Final = {
    "QUEUED": "waiting for the process that holds the lane",
    "PENDING": _FOR_A_BLOCK,
    "MINED": _FOR_FINALITY,
    "SAFE": _FOR_FINALITY,
}
_WAITS: Final = {
    Happening.QUEUED: _STANDS["QUEUED"],
    Happening.SIGNED: _FOR_A_BLOCK,
    Happening.BUMPED: _FOR_A_BLOCK,
    Happening.CAPPED: "waiting for gas to cost less",
    Happening.MINED: _FOR_FINALITY,
    Happening.REORGED: _FOR_A_BLOCK,
    Happening.SAFE: _FOR_FINALITY,
    Happening.CONSUMED: "waiting for another nonce",
    Happening.CANCELLING: _FOR_EITHER,
}
_SIGNED: Final = {
    Happening.SIGNED: "signed",
    Happening.BUMPED: "bumped",
    Happening.CANCELLING: "cancelling, by a no-op",
}
_SETTLED: Final = {Happening.MINED: "mined", Happening.SAFE: "safe", Happening.FINALIZED: "final"}


class Progress:
    """Says on stderr what goes on: a line for each change, so that it stays to be read.

    Args:
        network: Where it goes on; held at its fee cap, for one.
        reference: Whose changes are told without a name; those of others under way in the same lane have theirs.
        every_seconds: How often it is said in a pipe that nothing has changed.
        clock: The time in seconds; only differences count.
        pause: Waits for so many seconds.

    Attributes:
        newest: The intent that something last happened to; None if nothing has.
    """

    def __init__(
        self,
        network: Network,
        reference: str = "",
        *,
        every_seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._network = network
        self._reference = reference
        self._every_seconds, self._clock, self._pause = every_seconds, clock, pause
        self._console: Console | None = None
        self._status: Status | None = None
        self._waits = _ASKING
        self._began_at = self._said_at = clock()
        self.newest: Intent | None = None

    @contextmanager
    def during(self, what: str, known: Intent | None = None) -> Iterator[None]:
        """Says what is under way, for as long as it is; a terminal also shows that it still is.

        Args:
            what: What is under way.
            known: How far it had come before.
        """
        from rich.console import Console
        from rich.text import Text

        click.echo(f"{readable(what)} ...", err=True)
        self._waits = _ASKING if known is None else _wait_of(known)
        self._began_at = self._said_at = self._clock()
        console = Console(stderr=True)
        if not console.is_terminal:
            yield
            return
        with console.status(Text(self._waits)) as self._status:
            self._console = console
            yield
        self._status = None

    def tell(self, change: Change) -> None:
        """Says what happened."""
        self.newest = change.intent
        reference = change.intent.reference
        name = f"{reference}: " if self._reference not in ("", reference) else ""
        line = name + _words(change, self._network)
        self._waits = name + _WAITS.get(change.what, _ASKING)
        if self._console is None or self._status is None:
            click.echo(line, err=True)
            return
        from rich.text import Text

        self._console.print(Text(line), soft_wrap=True)
        self._status.update(Text(self._waits))

    def sleep(self, seconds: float) -> None:
        """Waits for so many seconds; in a pipe, says now and then what for."""
        self._pause(seconds)
        now = self._clock()
        if self._status is None and now - self._said_at >= self._every_seconds:
            self._said_at = now
            click.echo(f"still {self._waits}, {now - self._began_at:.0f} s", err=True)


def _wait_of(intent: Intent) -> str:
    if intent.is_being_cancelled and intent.receipt is None:
        return _FOR_EITHER
    return _STANDS.get(intent.stage.name, _ASKING)


def _words(change: Change, network: Network) -> str:
    intent, what = change.intent, change.what
    if what in _SIGNED:
        newest = intent.candidates[-1]
        offer = f"at most {in_gwei(newest.fees.max_fee_wei)} gwei for a unit of gas"
        return f"{_SIGNED[what]}: transaction {newest.transaction_hash} at nonce {intent.nonce}, {offer}"
    if what in _SETTLED and intent.receipt is not None:
        refused = "" if intent.receipt.succeeded else ", and refused"
        mined = f"transaction {intent.receipt.transaction_hash} in block {intent.receipt.block_number:,}{refused}"
        return f"{_SETTLED[what]}: {mined}"
    if what is Happening.QUEUED:
        return f"queued: another process holds the lane of {intent.sender}, and will sign it"
    if what is Happening.CAPPED:
        return f"held at the fee cap of {network.fee_cap_gwei:,} gwei: published again until gas costs less"
    return f"{what.value}: {change.why}" if change.why else what.value
