"""The one way anything is sent: `TransactionManager.send`."""

from __future__ import annotations

import contextlib
import time
import uuid
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    NodeRefused,
    NotEnoughGasMoney,
    NotSent,
    OutcomeUnknown,
    ReferenceConflict,
    Reverted,
    StablecoinError,
)
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.transactions.fees import FeePolicy
from stablecoin_tools.transactions.intent import Candidate, Intent, Stage
from stablecoin_tools.transactions.journal import Journal, MemoryJournal
from stablecoin_tools.transactions.node_answers import is_certain_refusal
from stablecoin_tools.transactions.send_state import SendState, Step, WaitPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions.fees import Fees

__all__ = ["TransactionManager"]

_DEFAULT_FEES: Final = FeePolicy()
_DEFAULT_WAITING: Final = WaitPolicy()


def _random_reference() -> str:
    return uuid.uuid4().hex


def _say_nothing(_transaction_hash: str) -> None:
    return


class TransactionManager:
    """Does each intent once, and says so only when a receipt proves it.

    One sender has one intent under way at a time; the next waits until the outcome of the first is known.

    Args:
        chain: Where to send.
        journal: Where intents are kept; in memory, if not given.
        fees: What to offer for gas.
        waiting: How long to wait for receipts.
        clock: The time in seconds; only differences count.
        sleep: Waits for so many seconds.
        new_reference: Makes a reference where the caller gives none.
        announce: Told of every signed transaction's hash before its first byte leaves, for people to look it up by.
    """

    def __init__(
        self,
        chain: Chain,
        *,
        journal: Journal | None = None,
        fees: FeePolicy = _DEFAULT_FEES,
        waiting: WaitPolicy = _DEFAULT_WAITING,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        new_reference: Callable[[], str] = _random_reference,
        announce: Callable[[str], None] = _say_nothing,
    ) -> None:
        self._chain = chain
        self._journal = journal if journal is not None else MemoryJournal()
        self._fees = fees
        self._waiting = waiting
        self._clock = clock
        self._sleep = sleep
        self._new_reference = new_reference
        self._announce = announce

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
            NotSent: If the fee exceeds the cap, the sender cannot pay, or an earlier intent is still pending.
            ReferenceConflict: If the reference stands for another call or sender.
            OutcomeUnknown: If it was sent and no receipt was seen in time. Resume the same reference.
            ChainError: If the chain cannot be read, before anything was sent.
        """
        reference = ref if ref is not None else self._new_reference()
        intent = self._journal.find(reference)
        is_new = False
        if intent is None:
            prepared = self._prepare(call, signer, reference)
            intent = self._journal.add(prepared)
            is_new = intent is prepared
        if (intent.call, intent.sender) != (call, signer.address):
            raise ReferenceConflict(
                f"Reference {reference!r} already stands for another payload: {intent.call.description or 'a call'}.",
                hint="Give every new intent a reference of its own.",
            )
        try:
            if is_new:
                self._announce(intent.transaction_hashes[-1])
                self._publish_first(intent)
            elif intent.stage is Stage.PENDING:
                self._publish_again(intent)
            receipt = self._wait(intent, signer, until)
        except KeyboardInterrupt:
            raise self._unknown(self._kept(intent), "waiting was interrupted") from None
        if not receipt.succeeded:
            raise self._refusal(call, signer.address, receipt)
        return receipt

    def resume(self, ref: str, *, signer: Signer, until: Stage = Stage.MINED) -> Receipt:
        """Goes on with an intent whose outcome was unknown; the same bytes are published again.

        Args:
            ref: The reference it was sent under.
            signer: The same signer; it is asked again only for a higher fee.
            until: As for `send`.

        Returns:
            The receipt of the mined transaction.

        Raises:
            ConfigError: If the journal knows no such reference.
            StablecoinError: As for `send`.
        """
        intent = self._journal.find(ref)
        if intent is None:
            raise ConfigError(f"The journal knows no reference {ref!r}.", hint="Nothing was sent under it from here.")
        return self.send(intent.call, signer=signer, ref=ref, until=until)

    def _prepare(self, call: Call, signer: Signer, reference: str) -> Intent:
        """Finds everything that can be wrong before sending, then signs."""
        blocking = self._journal.pending(signer.address)
        if blocking is not None and self._looked_up(blocking, Stage.MINED).stage is Stage.PENDING:
            raise NotSent(
                f"{signer.address} has an intent whose outcome is unknown: {blocking.reference!r}.",
                hint="Resume that reference first.",
            )
        estimate = self._chain.estimate_gas(call, sender=signer.address)
        gas_limit = estimate + estimate // 4  # state may change until it is mined; what is not used is not paid
        fees = self._fees.offer(self._chain.fee_history())
        self._revert_if_too_poor(signer.address, call.value_wei + gas_limit * fees.max_fee_wei)
        intent = Intent(reference, signer.address, self._chain.nonce(signer.address), call, gas_limit, ())
        return intent.with_candidate(self._sign(intent, signer, fees))

    def _revert_if_too_poor(self, sender: Address, needed_wei: int) -> None:
        balance_wei = self._chain.balance_wei(sender)
        if balance_wei < needed_wei:
            native = self._chain.network.native_symbol
            has, needs = balance_wei / 10**18, needed_wei / 10**18
            raise NotEnoughGasMoney(
                f"{sender} has {has:.9f} {native}; this may cost up to {needs:.9f} {native}.",
                hint=f"Send it some {native} for gas, then try again.",
            )

    def _publish_first(self, intent: Intent) -> None:
        try:
            self._chain.publish(intent.candidates[-1].signed_transaction)
        except NodeRefused as error:
            if is_certain_refusal(str(error)):
                raise NotSent(
                    f"The node did not take the transaction: {error}",
                    hint=f"Mend the cause, then send again under the same reference, {intent.reference!r}.",
                ) from error
        except ChainError:
            pass  # the bytes may have left: from here on, only a receipt tells

    def _publish_again(self, intent: Intent) -> None:
        with contextlib.suppress(ChainError):  # whatever the node says now proves nothing about earlier sends
            self._chain.publish(intent.candidates[-1].signed_transaction)

    def _wait(self, intent: Intent, signer: Signer, until: Stage) -> Receipt:
        """Waits for a receipt, and for its block to be final if that is wanted."""
        state = SendState.begin(self._waiting, self._clock())
        while True:
            with contextlib.suppress(ChainError):  # nothing was learnt; the node may answer at the next look
                intent = self._looked_up(intent, until)
                if intent.receipt is not None and (until is Stage.MINED or intent.stage is Stage.FINALIZED):
                    return intent.receipt
            step = state.next_step(self._clock(), is_mined=intent.receipt is not None)
            if step is Step.GIVE_UP:
                raise self._unknown(intent, "no receipt yet" if intent.receipt is None else "mined, but not final yet")
            if step is Step.BUMP:
                intent = self._bumped(intent, signer)
                state = state.offered(self._clock())
            self._sleep(self._waiting.poll_seconds)

    def _looked_up(self, intent: Intent, until: Stage) -> Intent:
        """The intent as the chain has it now; a receipt that a reorganisation took away reopens it."""
        if intent.stage is Stage.FINALIZED:
            return intent
        receipts = (self._chain.receipt(hash_) for hash_ in intent.transaction_hashes)
        receipt = next((receipt for receipt in receipts if receipt is not None), None)
        if receipt is None and intent.receipt is None:
            return intent  # nothing new: another thread may know more
        if receipt is None:
            intent = intent.reopened()
            self._publish_again(intent)
        else:
            intent = intent.with_receipt(receipt)
            if until is Stage.FINALIZED and receipt.block_number <= self._chain.finalized_number():
                intent = intent.finalized()
        self._journal.put(intent)
        return intent

    def _bumped(self, intent: Intent, signer: Signer) -> Intent:
        """The intent with a higher offer at the same nonce, if the cap allows one and the node can be read."""
        try:
            fees = self._fees.bump(intent.candidates[-1].fees, self._chain.fee_history())
            if fees is not None:
                intent = intent.with_candidate(self._sign(intent, signer, fees))
                self._journal.put(intent)
                self._announce(intent.transaction_hashes[-1])
        except StablecoinError:
            pass  # node or signer may answer at the next look; what was published stays as it is
        self._publish_again(intent)
        return intent

    def _kept(self, intent: Intent) -> Intent:
        return self._journal.find(intent.reference) or intent

    def _unknown(self, intent: Intent, why: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"Outcome unknown ({why}): {intent.call.description or 'a call'}, reference {intent.reference!r}, "
            f"transaction {' or '.join(intent.transaction_hashes)}.",
            reference=intent.reference,
            transaction_hashes=intent.transaction_hashes,
        )

    def _refusal(self, call: Call, sender: Address, receipt: Receipt) -> Reverted:
        """Why a mined transaction was refused: asked again before its block and, if that passes, after it."""
        refused: Reverted = UnknownRevert(b"")
        for block in (receipt.block_number - 1, receipt.block_number):
            try:
                self._chain.call(call, sender=sender, block=block)
            except Reverted as error:
                refused = error
                break
            except ChainError as error:
                refused.__cause__ = error
        refused.transaction_hash = receipt.transaction_hash
        return refused

    def _sign(self, intent: Intent, signer: Signer, fees: Fees) -> Candidate:
        from eth_hash.auto import keccak

        signed = signer.sign_transaction(
            UnsignedTransaction(
                chain_id=self._chain.network.chain_id,
                nonce=intent.nonce,
                to=intent.call.to,
                data=intent.call.data,
                value_wei=intent.call.value_wei,
                gas_limit=intent.gas_limit,
                max_fee_wei=fees.max_fee_wei,
                tip_wei=fees.tip_wei,
            )
        )
        return Candidate(signed, "0x" + keccak(signed).hex(), fees)
