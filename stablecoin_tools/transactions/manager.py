"""The one way anything is sent: `TransactionManager`."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    JournalError,
    NotSent,
    OutcomeUnknown,
    StablecoinError,
    UsageError,
)
from stablecoin_tools.transactions.claim import Rules
from stablecoin_tools.transactions.fees import FeePolicy
from stablecoin_tools.transactions.gaps import gap_before
from stablecoin_tools.transactions.intent import Order, Stage, check_reference
from stablecoin_tools.transactions.journal import Journal, Overtaken
from stablecoin_tools.transactions.lane import Lane
from stablecoin_tools.transactions.outcome import unknown, unread
from stablecoin_tools.transactions.send_state import WaitPolicy
from stablecoin_tools.transactions.sending import Place, Sending
from stablecoin_tools.transactions.signing import Pen
from stablecoin_tools.transactions.witnesses import Witnesses

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import Change
    from stablecoin_tools.transactions.outcome import Outcome

__all__ = ["TransactionManager"]

_DEFAULT_WAITING: Final = WaitPolicy()


def _random_reference() -> str:
    return uuid.uuid4().hex


def _say_nothing(_change: Change) -> None:
    return


class TransactionManager:
    """Does each intent once, and says so only when a receipt proves it.

    Threads may share one; so may processes and hosts share its journal. Whoever holds a sender's lane drives all that
    is under way in it, also what others began and did not live to see.

    Args:
        chain: Where to send, and what to read.
        journal: Where intents are kept. Development chains may do without: then it is in memory, gone with the process.
        witnesses: Other nodes of the same chain. What cannot be taken back is believed only if enough of all agree.
        agreeing: How many nodes must agree, `chain` among them; more than half, if not given.
        fees: What to offer for gas; the network's own cap, if not given.
        waiting: How long to wait for what.
        clock: The time in seconds; only differences count.
        sleep: Waits for so many seconds.
        new_reference: Makes a reference where the caller gives none.
        announce: Told of each change as soon as it is written: of a signed transaction before its first byte leaves.
    """

    def __init__(  # noqa: PLR0913  # all but the first are named by the caller
        self,
        chain: Chain,
        *,
        journal: Journal | None = None,
        witnesses: Sequence[Chain] = (),
        agreeing: int | None = None,
        fees: FeePolicy | None = None,
        waiting: WaitPolicy = _DEFAULT_WAITING,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        new_reference: Callable[[], str] = _random_reference,
        announce: Callable[[Change], None] = _say_nothing,
    ) -> None:
        self._chain = chain
        self._given_journal = journal
        self._rules = Rules(
            fees if fees is not None else FeePolicy.of(chain.network),
            waiting,
            Witnesses((chain, *witnesses), agreeing),
            clock,
            announce,
        )
        self._sleep = sleep
        self._new_reference = new_reference
        self._owner = secrets.token_hex(8)
        self._lanes: dict[Address, Lane] = {}
        self._lock = threading.RLock()
        self._known_place: Place | None = None

    def send(self, call: Call, *, signer: Signer, ref: str | None = None, until: Stage = Stage.MINED) -> Receipt:
        """Does what the call says, once, and waits until it is done.

        Asked again under the same reference, it does nothing anew: it returns the first result, or goes on waiting.

        Args:
            call: What to do.
            signer: Who does it.
            ref: The caller's name for it; a random one if not given.
            until: `Stage.MINED`, or `Stage.FINALIZED` to wait until the block can no longer be undone.

        Returns:
            The receipt of the mined transaction.

        Raises:
            Reverted: If the contract refuses: before sending, or mined, in which case it has a `transaction_hash`.
            NotSent: If the fee exceeds the cap, the sender cannot pay, or the reference was cancelled.
            ReferenceConflict: If the reference stands for another call or sender.
            OutcomeUnknown: If it was written down and no receipt was seen in time. Resume the same reference.
            ChainError: If the chain cannot be read, before anything was sent.
            JournalError: If it cannot be written down, so nothing was sent.
        """
        reference = ref if ref is not None else self._new_reference()
        try:
            sending = self._sending(signer, until, made_here=() if ref is not None else (reference,))
            with contextlib.closing(sending.run([Order(call, reference)])) as outcomes:
                return next(outcomes).result()
        except KeyboardInterrupt:
            raise self._interrupted(reference) from None

    def send_all(self, orders: Iterable[Order], *, signer: Signer, until: Stage = Stage.MINED) -> Generator[Outcome]:
        """Does many things, each once: nonces are given ahead, journal and node are asked in batches.

        Orders are taken as there is room for them, so there may be any number. One that is refused stops no other.

        Args:
            orders: What to do, under which references. Nonces are given in this order.
            signer: Who does all of it.
            until: As for `send`.

        Yields:
            What came of each, as soon as it is known; not always in the order in which they were asked for.
        """
        yield from self._sending(signer, until).run(orders)

    def _sending(self, signer: Signer, until: Stage, *, made_here: Iterable[str] = ()) -> Sending:
        return Sending(
            self._place,
            self._lane(signer.address),
            Pen(self._chain, signer),
            self._rules,
            until=until,
            sleep=self._sleep,
            new_reference=self._new_reference,
            made_here=made_here,
        )

    def resume(self, ref: str, *, signer: Signer, until: Stage = Stage.MINED) -> Receipt:
        """Goes on with an intent whose outcome was unknown; the same bytes are published again.

        Args:
            ref: The reference it was sent under.
            signer: The same signer; it is asked again only for a higher fee.
            until: As for `send`.

        Returns:
            The receipt of the mined transaction.

        Raises:
            ConfigError: If the journal knows no such reference on this chain.
            StablecoinError: As for `send`.
        """
        return self.send(self.find(ref).call, signer=signer, ref=ref, until=until)

    def cancel(self, ref: str, *, signer: Signer, until: Stage = Stage.MINED) -> Intent:
        """Replaces an intent by a no-op on the same nonce, and waits until one of the two is mined.

        If another process holds the lane, it is asked to; also if nobody waits here any more.

        Args:
            ref: The reference to cancel.
            signer: The same signer; it signs the no-op.
            until: As for `send`. Before finality, a reorganisation may still let the other one win.

        Returns:
            The intent: `was_cancelled` says which of the two was mined, `receipt` where.

        Raises:
            ConfigError: If the journal knows no such reference on this chain.
            UsageError: If it is another signer's.
            OutcomeUnknown: If neither was mined in time, or no no-op could be signed: it may still be mined itself.
        """
        intent, lane = self.find(ref), self._lane(signer.address)
        if intent.sender != signer.address:
            raise UsageError(f"Reference {ref!r} is {intent.sender}'s, not {signer.address}'s.")
        if intent.is_settled:
            return intent
        try:
            with lane.using():
                return self._cancelled(intent, lane, Pen(self._chain, signer), until)
        except KeyboardInterrupt:
            raise self._interrupted(ref) from None
        except OutcomeUnknown:
            raise
        except StablecoinError as error:  # whatever failed, it may be with the nodes since long
            raise unknown(intent, str(error)) from error

    def _cancelled(self, intent: Intent, lane: Lane, pen: Pen, until: Stage) -> Intent:
        """Waits until the intent, or a no-op in its place, has come as far as is wanted."""
        waiting, clock = self._rules.waiting, self._rules.clock
        reference, began_at, trouble, has_asked = intent.reference, clock(), "", False
        while True:
            try:
                if intent.stage in (Stage.MINED, Stage.SAFE):  # its block may have been undone since
                    lane.recheck([reference])
                if not lane.cancel(reference, pen) and not has_asked:
                    self._place.journal.ask_to_cancel(self._place.name, intent.sender, reference)
                    has_asked = True
                trouble = lane.trouble(reference)
            except Overtaken:
                pass
            except ChainError as error:  # the node may answer at the next look
                trouble = str(error)
            lane.drive(pen)
            intent = self.find(reference)
            if intent.stage.reaches(until):
                return intent
            is_mined = intent.receipt is not None
            limit = waiting.finality_seconds if is_mined else waiting.timeout_seconds
            if clock() - began_at >= limit:
                what = "one of the two is mined, but not final yet" if is_mined else "neither it nor a no-op was mined"
                raise unknown(intent, f"{what}; {trouble}".rstrip("; "))
            self._sleep(waiting.poll_seconds)

    def _interrupted(self, reference: str) -> BaseException:
        """What to raise after an interrupt: only what was never written down was certainly not sent."""
        place = self._known_place
        if place is None:
            return KeyboardInterrupt()
        try:
            intent = place.journal.find(place.name, reference)
        except (KeyboardInterrupt, JournalError):
            words = f"Outcome unknown (waiting was interrupted, and the journal not read): reference {reference!r}."
            return OutcomeUnknown(words, reference=reference, transaction_hashes=())
        return KeyboardInterrupt() if intent is None else unknown(intent, "waiting was interrupted")

    def gap(self, sender: Address) -> range:
        """The nonces that nobody uses, below those of the sender's intents under way; empty if there are none.

        Raises:
            ChainError: If the chain cannot be read.
        """
        place = self._place
        view = place.journal.look(place.name, sender, owner=self._owner)
        owned = [intent.nonce for intent in view.open if intent.nonce is not None]
        return gap_before(owned, self._chain, sender)

    def close_gap(self, *, signer: Signer, until: Stage = Stage.MINED) -> list[Intent]:
        """Takes the nonces of `gap` by no-ops, and waits until they are mined, so that what is behind them can be.

        Only for whoever knows that nothing else sends with this key: another program's transaction that this node's
        pool has forgotten is replaced by it.

        Args:
            signer: Whose nonces.
            until: As for `send`.

        Returns:
            An intent for each nonce, under a reference of its own.

        Raises:
            FeeCapExceeded: If the next block costs more than the cap; nothing was sent.
            NotSent: If another process holds the lane all the time; nothing was sent.
            OutcomeUnknown: If they were not mined in time. Resume waiting by `cancel` of the reference.
        """
        lane, pen, began_at = self._lane(signer.address), Pen(self._chain, signer), self._rules.clock()
        with lane.using():
            while True:
                with contextlib.suppress(Overtaken):
                    found = lane.close_gap(pen)
                    if found is not None:
                        return [self.cancel(reference, signer=signer, until=until) for reference in found]
                if self._rules.clock() - began_at >= self._rules.waiting.timeout_seconds:
                    raise NotSent(f"Another process holds the lane of {signer.address}.", hint="Nothing was sent.")
                self._sleep(self._rules.waiting.poll_seconds)

    def find(self, ref: str) -> Intent:
        """The intent of a reference on this chain, as the journal has it.

        Raises:
            UsageError: If it is none.
            ConfigError: If the journal knows no such reference on this chain.
            JournalError: If it cannot be read; then `moved` is `UNKNOWN`, for nobody knows what it would say.
        """
        check_reference(ref)
        try:
            intent = self._place.journal.find(self._place.name, ref)
        except JournalError as error:
            raise unread(error, ref) from None
        if intent is not None:
            return intent
        elsewhere = ", ".join(self._place.journal.chains_of(ref))
        raise ConfigError(
            f"The journal knows no reference {ref!r} on {self._chain.network.name}.",
            hint=f"It was used on {elsewhere}." if elsewhere else "Nothing was sent under it from here.",
        )

    @property
    def _place(self) -> Place:
        """Where to send; looked up when something is first sent, as reading needs no journal."""
        with self._lock:
            if self._known_place is None:
                self._known_place = self._find_place()
            return self._known_place

    def _find_place(self) -> Place:
        network = self._chain.network
        journal = self._given_journal if self._given_journal is not None else Journal()
        if not (journal.is_durable or network.is_development):
            raise ConfigError(
                f"On {network.name} nothing is sent without a journal that outlives the process.",
                hint='Give one: TransactionManager(..., journal=Journal("sqlite:////var/lib/stablecoin/journal.db")).',
            )
        name = chain_name(self._chain)
        witnesses = self._rules.witnesses.of_chain_with(name.partition("/")[2])
        self._rules = replace(self._rules, witnesses=witnesses)
        return Place(self._chain, name, journal)

    def _lane(self, sender: Address) -> Lane:
        with self._lock:
            if sender not in self._lanes:
                place = self._place
                self._lanes[sender] = Lane(self._chain, place.name, sender, place.journal, self._owner, self._rules)
            return self._lanes[sender]


def chain_name(chain: Chain) -> str:
    """What a chain is called in the journal: its chain id; development chains begin anew, so also by their first block.

    Raises:
        ChainError: If a development chain cannot be read.
    """
    network = chain.network
    return f"{network.chain_id}/{chain.block(0).hash}" if network.is_development else str(network.chain_id)
