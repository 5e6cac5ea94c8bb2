"""Signed steps of a plan, sent: each only while the coins stand as the steps before it leave them.

A signed transaction can be published any number of times and is done once: its nonce sees to that. So whatever breaks
off, the same is run again, and it goes on; nothing is ever signed anew for what may have left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.chain import refusal
from stablecoin_tools.deployment.executors.authority import check_steps
from stablecoin_tools.deployment.plan_reading import check_current
from stablecoin_tools.deployment.progress import steps_done
from stablecoin_tools.errors import (
    ChainError,
    Moved,
    NotSent,
    OutcomeUnknown,
    Reverted,
    StablecoinError,
    UsageError,
    WalletError,
    WrongChain,
)
from stablecoin_tools.signers.checking import check_transaction
from stablecoin_tools.transactions import WaitPolicy
from stablecoin_tools.transactions.evidence import Witness
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.deployment.executors.offline_files import SignedSteps, UnsignedSteps

__all__ = ["publish_offline"]

_DEFAULT_WAITING: Final = WaitPolicy()


def publish_offline(
    unsigned: UnsignedSteps,
    signed: SignedSteps,
    *,
    chain: Chain,
    now: datetime,
    waiting: WaitPolicy = _DEFAULT_WAITING,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Receipt]:
    """Publishes signed steps one after the other, each once the one before it is mined. Run again, it goes on.

    Args:
        unsigned: What was given to be signed, as it was kept here.
        signed: What came back.
        chain: Where.
        now: The present time, with a time zone.
        waiting: How long to wait for what.
        clock: The time in seconds; only differences count.
        sleep: Waits for so many seconds.

    Yields:
        The receipt of each step in order, also of those that were mined before.

    Raises:
        UsageError: If any of the bytes is not what was given to be signed, or the plan expired before the first left.
        NotSent: If the coins do not stand as the steps before leave them, the sender may not do the steps any more,
            transactions before these are missing, or a final block shows that another used a nonce of these.
        Reverted: If the contract refused a step; those after it were not published.
        OutcomeUnknown: If a step that may have left was not seen to be mined in time, or its nonce is used, and it is
            not known for good by what.
        ChainError: If the chain cannot be read before anything is published.
    """
    _check_signed(unsigned, signed)
    publication = _Publication(unsigned, signed, chain, now, waiting, clock, sleep, Witness(chain))
    done = 0
    try:
        if chain.chain_id() != unsigned.chain_id:
            raise WrongChain(f"These steps are for chain {unsigned.chain_id}, and the node is on another.")
        known = chain.receipts(signed.transaction_hashes)
        for place, receipt in enumerate(known):
            is_begun = done > 0 or any(known)
            mined = receipt if receipt is not None else publication.mined(place, is_begun=is_begun)
            publication.check_success(place, mined)
            done += 1
            yield mined
    except StablecoinError as error:
        _say_what_moved(error, done, len(unsigned.steps))
        raise


@dataclass(slots=True)
class _Attempt:
    """What is known of one step that is to be mined.

    Attributes:
        place: Which one of the file.
        is_begun: Whether another of the file is mined already.
        may_be_out: Whether a node may have it, from now or before: then it is never said that it was not sent.
        obstacle: Why it was not published; None if it was.
        is_behind: Whether that is only that the node does not show yet what steps before did: the next look may.
        why: What was last heard of it.
        publish_at: From when on it is published, or published again.
    """

    place: int
    is_begun: bool
    may_be_out: bool = False
    obstacle: StablecoinError | None = None
    is_behind: bool = False
    why: str = ""
    publish_at: float = float("-inf")


@dataclass(frozen=True, slots=True)
class _Publication:
    unsigned: UnsignedSteps
    signed: SignedSteps
    chain: Chain
    now: datetime
    waiting: WaitPolicy
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    witness: Witness

    def mined(self, place: int, *, is_begun: bool) -> Receipt:
        """Publishes one step until it is mined; whatever the node answers, only a receipt says that it is."""
        attempt, began_at, looks = _Attempt(place, is_begun), self.clock(), 0
        try:
            while True:
                if self.clock() >= attempt.publish_at:
                    self._hand_over(attempt)
                receipt, trouble = self._look(place)
                if receipt is not None:
                    return receipt
                if self.clock() - began_at >= self.waiting.timeout_seconds:
                    if attempt.obstacle is not None and not attempt.may_be_out:
                        raise attempt.obstacle
                    raise self._unknown(place, trouble or attempt.why or "not mined in time")
                looks += 1
                self.sleep(self.waiting.pause_seconds(looks))
        except KeyboardInterrupt:
            if attempt.may_be_out:
                raise self._unknown(place, "waiting was interrupted") from None
            if is_begun:  # so that what moved is said
                raise NotSent(f"Interrupted: {self._words(place)} was not sent.") from None
            raise

    def _hand_over(self, attempt: _Attempt) -> None:
        """Publishes a step, if it is to leave now; what may have left before is waited for in any case."""
        try:
            if self._is_nonce_used(attempt.place):  # by what, is looked at with each look for the receipt
                attempt.may_be_out = True
                return
            attempt.obstacle = self._obstacle(attempt)
            attempt.may_be_out = attempt.may_be_out or self._is_pending(attempt.place)
        except ChainError as error:
            if not attempt.may_be_out:
                raise
            attempt.why = str(error)
            return
        if attempt.obstacle is None:
            self._publish(attempt)
        elif attempt.may_be_out:
            attempt.why = str(attempt.obstacle)
        elif not attempt.is_behind:
            raise attempt.obstacle

    def _publish(self, attempt: _Attempt) -> None:
        attempt.publish_at = self.clock() + self.waiting.republish_after_seconds
        was_out, attempt.may_be_out, attempt.why = attempt.may_be_out, True, ""
        try:
            self.chain.publish(self.signed.signed[attempt.place])
        except ChainError as error:
            attempt.why = str(error)
        if meaning_of(attempt.why) is Meaning.INVALID and not was_out:
            raise NotSent(f"{self._words(attempt.place)}: no node takes it: {attempt.why}")

    def _obstacle(self, attempt: _Attempt) -> StablecoinError | None:
        """Why a step is not to leave now; None if it is."""
        try:
            if not attempt.is_begun:
                self._check_beginning()
            self._check_standing(attempt)
        except (NotSent, UsageError) as error:
            return error
        return None

    def _check_beginning(self) -> None:
        """Before the first leaves: whether it is still time, and all is as it was."""
        unsigned = self.unsigned
        nonce = self.chain.nonce(unsigned.sender, block="latest")
        if nonce < unsigned.nonce:
            raise NotSent(
                f"These steps begin at nonce {unsigned.nonce}, and the next one of {unsigned.sender} is {nonce}: "
                "transactions before these are missing.",
                hint="Wait until those are mined, then run the same again. Nothing was sent.",
            )
        check_current(unsigned.plan, self.now)
        these = unsigned.network.up_to(unsigned.first + len(unsigned.steps))
        check_steps(these, unsigned.first, executor=unsigned.sender, chain=self.chain)

    def _check_standing(self, attempt: _Attempt) -> None:
        """Whether the coins stand as the steps before leave them: what was done or undone otherwise bars the rest."""
        place, attempt.is_behind = attempt.place, False
        expected, words = self.unsigned.first + place, self._words(place)
        try:
            done = steps_done(self.unsigned.network, self.chain)
        except NotSent as error:
            raise NotSent(f"{words} was not sent: {error}", hint="Make a new plan: `stablecoin plan`.") from error
        if done > expected:
            raise NotSent(
                f"{words} was not sent: the coins stand as after {done} steps of the plan already, not as after "
                f"{expected}: others did them.",
                hint=f"{self._anew()} Until nonce {self.unsigned.nonce + place} is used by something else, whoever has "
                "these files can publish them.",
            )
        if done < expected:
            attempt.is_behind = attempt.is_begun
            raise NotSent(
                f"{words} was not sent: the coins stand as after {done} steps of the plan, not as after {expected}.",
                hint="Somebody undid it, or the node lags behind: look at `stablecoin audit` before you go on.",
            )

    def _is_nonce_used(self, place: int) -> bool:
        return self.chain.nonce(self.unsigned.sender, block="latest") > self.unsigned.nonce + place

    def _is_pending(self, place: int) -> bool:
        """Whether the node has something at this nonce in its pool, which may be this."""
        return self.chain.nonce(self.unsigned.sender, block="pending") > self.unsigned.nonce + place

    def _look(self, place: int) -> tuple[Receipt | None, str]:
        """The receipt, or what there is to say; if a final block shows that there will never be one, it raises that."""
        sender, nonce = self.unsigned.sender, self.unsigned.nonce + place
        try:
            receipt = self.chain.receipt(self._hash(place))
            if receipt is not None or not self._is_nonce_used(place):
                return receipt, ""
            proof = self.witness.consumption(sender, nonce, self.signed.transaction_hashes)
        except ChainError as error:
            return None, str(error)
        if proof is None:
            return None, (
                f"nonce {nonce} is used, and the node shows no receipt of this; waiting for a final block that shows "
                "by what"
            )
        raise NotSent(
            f"{self._words(place)} can never be mined: nonce {nonce} was used by another transaction ({proof}). "
            "These files are void.",
            hint=self._anew(),
        )

    def check_success(self, place: int, receipt: Receipt) -> None:
        """A refused step ends it: those after it count on it."""
        if receipt.succeeded:
            return
        call = self.unsigned.steps[place].call
        refused: Reverted = refusal(b"")
        try:
            self.chain.call(call, sender=self.unsigned.sender, block=receipt.block_number - 1)
        except Reverted as error:
            refused = error
        except ChainError as error:
            refused.__cause__ = error
        refused.transaction_hash, refused.reference = receipt.transaction_hash, self._reference(place)
        refused.hint = (
            f"{self._words(place)}: mined in block {receipt.block_number:,} and refused. The steps after it were not "
            "published, and are not to be: make a new plan."
        )
        raise refused

    def _unknown(self, place: int, why: str) -> OutcomeUnknown:
        transaction_hash = self._hash(place)
        error = OutcomeUnknown(
            f"Outcome unknown ({why.rstrip('.')}): {self._words(place)}, transaction {transaction_hash}.",
            reference=self._reference(place),
            transaction_hashes=(transaction_hash,),
        )
        error.hint = "Run the same again with the same two files: the bytes are the same, so nothing is done twice."
        return error

    def _anew(self) -> str:
        return f"Make new ones of what is left: `stablecoin apply PLAN --offline {self.unsigned.sender}`."

    def _words(self, place: int) -> str:
        step = self.unsigned.steps[place]
        return f"Step {self.unsigned.first + place + 1} ({step.call.description})"

    def _hash(self, place: int) -> str:
        return self.signed.transaction_hashes[place]

    def _reference(self, place: int) -> str:
        return self.unsigned.plan.reference(self.unsigned.network, self.unsigned.first + place)


def _check_signed(unsigned: UnsignedSteps, signed: SignedSteps) -> None:
    asked = (unsigned.hash, unsigned.plan.hash, unsigned.chain_id, unsigned.sender)
    if (signed.unsigned_hash, signed.plan_hash, signed.chain_id, signed.sender) != asked:
        raise UsageError("The signed steps are of another file than this one.", hint="Nothing was sent.")
    if len(signed.signed) != len(unsigned.steps):
        raise UsageError(f"{len(signed.signed)} of {len(unsigned.steps)} steps are signed.", hint="Nothing was sent.")
    for number, (one, transaction) in enumerate(
        zip(signed.signed, unsigned.transactions, strict=True), unsigned.first + 1
    ):
        try:
            check_transaction(one, transaction, unsigned.sender)
        except WalletError as error:
            raise UsageError(f"Step {number} is not as it was given: {error}", hint="Nothing was sent.") from error


def _say_what_moved(error: StablecoinError, done: int, total: int) -> None:
    """Whatever failed: what is mined has moved."""
    if done and error.moved is Moved.NO:
        error.moved = Moved.YES
    if done:
        error.hint = f"{error.hint} {done} of {total} steps are done.".strip()
