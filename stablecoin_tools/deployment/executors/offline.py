"""The steps of a plan by a key that is never connected: prepared here, signed there, published here.

A signed transaction can be published any number of times and is done once: its nonce sees to that. So whatever breaks
off, the same is run again, and it goes on; nothing is ever signed anew for what may have left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.chain import Call, refusal
from stablecoin_tools.deployment.executors.authority import check_steps, created_by
from stablecoin_tools.deployment.executors.offline_files import SignedSteps, UnsignedSteps
from stablecoin_tools.deployment.plan_reading import check_current
from stablecoin_tools.errors import (
    ChainError,
    FeeCapExceeded,
    Moved,
    NotEnoughGasMoney,
    NotSent,
    OutcomeUnknown,
    Reverted,
    StablecoinError,
    UsageError,
    WalletError,
    WrongChain,
)
from stablecoin_tools.signers.checking import check_transaction
from stablecoin_tools.transactions import FeePolicy, WaitPolicy
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of
from stablecoin_tools.transactions.signing import with_margin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Receipt, Survey
    from stablecoin_tools.deployment.plans import NetworkPlan, Plan, Step
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers import Signer

__all__ = ["prepare_offline", "publish_offline", "sign_offline"]

_DEFAULT_WAITING: Final = WaitPolicy()
_HEADROOM: Final = 10
"""How many times the base fee is offered: a file is under way for hours, and what is offered too much is not paid."""

# What a step may use of which nothing is known yet, as what it calls is created, or what it needs is granted, by one
# before it. What is not used is not paid.
_CALL_GAS: Final = 500_000
_CREATION_GAS: Final = 3_000_000
_CREATION_GAS_BYTE: Final = 250  # 200 for the code that stays, the rest for running over it. Source: EIP-170, EIP-3860
_DATA_GAS_BYTE: Final = 40  # the most that a byte of call data costs. Source: EIP-7623
_CHANGED_GAS: Final = 100_000  # what a step may use more than now once those before it are done
_MOST_GAS: Final = 16_777_216  # of one transaction. Source: EIP-7825


def prepare_offline(
    plan: Plan,
    network: NetworkPlan,
    *,
    sender: Address,
    chain: Chain,
    first: int = 0,
    fees: FeePolicy | None = None,
) -> UnsignedSteps:
    """The steps of a plan from one on, as transactions for an account to sign elsewhere. Nothing is sent.

    Until they are mined, that account must send nothing else: their nonces are the next ones that it has.

    Args:
        plan: The plan.
        network: What it does on the chain, or the part of that which is to be signed.
        sender: Who is to sign.
        chain: What is asked.
        first: The first step that is left to do, counted from 0.
        fees: What to offer for gas; ten times the present base fee within the network's cap, if not given.

    Raises:
        UsageError: If there is no such step, or one that no prepared transaction can do.
        NotSent: If the sender does not hold a role that a step needs, and gets it by none before it; or has
            transactions under way, or too little for gas.
        FeeCapExceeded: If gas costs more than the policy allows.
        Reverted: If the contract refuses the first step.
        ChainError: If the chain cannot be read.
    """
    steps = check_steps(network, first, executor=sender, chain=chain)
    policy = fees if fees is not None else replace(FeePolicy.of(chain.network), headroom=_HEADROOM)
    survey = chain.survey([step.call for step in steps], sender=sender)
    mined_nonce = chain.nonce(sender, block="latest")
    if survey.nonce != mined_nonce:
        raise NotSent(
            f"{sender} has {survey.nonce - mined_nonce} transactions that are not mined yet.",
            hint="Wait until they are: signed steps must follow what is certain. Nothing was sent.",
        )
    unsigned = UnsignedSteps(
        plan=plan,
        chain_id=network.chain_id,
        sender=sender,
        first=first,
        nonce=mined_nonce,
        gas_limits=_gas_limits(steps, survey),
        fees=policy.offer(survey.fee_history),
    )
    if unsigned.greatest_cost_wei > survey.balance_wei:
        native = chain.network.native_symbol
        raise NotEnoughGasMoney(
            f"{sender} has {survey.balance_wei / 10**18:.9f} {native}; all of it may cost up to "
            f"{unsigned.greatest_cost_wei / 10**18:.9f} {native}.",
            hint=f"Send it some {native} for gas, then try again.",
        )
    return unsigned


def sign_offline(unsigned: UnsignedSteps, *, signer: Signer, network: Network, now: datetime) -> SignedSteps:
    """Signs prepared steps; no chain is asked. Show them first: `unsigned.steps` says what each does.

    Args:
        unsigned: What `read_unsigned` read.
        signer: Who signs.
        network: The chain that whoever signs means.
        now: The present time, with a time zone.

    Raises:
        UsageError: If they are another sender's, for another chain, or of a plan that expired.
        FeeCapExceeded: If they offer more for gas than is ever offered on that chain.
        WalletError: If the signer signs something else.
    """
    if unsigned.sender != signer.address:
        raise UsageError(f"These steps are to be signed by {unsigned.sender}, not by {signer.address}.")
    if unsigned.chain_id != network.chain_id:
        raise UsageError(
            f"These steps are for chain {unsigned.chain_id} ({unsigned.network.network}), "
            f"not for {network.name}, which is chain {network.chain_id}."
        )
    if unsigned.fees.max_fee_wei > FeePolicy.of(network).cap_wei:
        raise FeeCapExceeded(f"These steps offer {unsigned.fees.max_fee_wei:,} wei for a unit of gas.")
    check_current(unsigned.plan, now)
    signed = []
    for transaction in unsigned.transactions:
        one = signer.sign_transaction(transaction)
        check_transaction(one, transaction, unsigned.sender)
        signed.append(one)
    return SignedSteps(unsigned.hash, unsigned.plan.hash, unsigned.chain_id, unsigned.sender, tuple(signed))


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
        NotSent: If the sender may not do the steps any more, or transactions before these are missing.
        Reverted: If the contract refused a step; those after it were not published.
        OutcomeUnknown: If a step was not seen to be mined in time, or its nonce is used and no receipt is shown.
        ChainError: If the chain cannot be read before anything is published.
    """
    _check_signed(unsigned, signed)
    publication = _Publication(unsigned, signed, chain, waiting, clock, sleep)
    done = 0
    try:
        if chain.chain_id() != unsigned.chain_id:
            raise WrongChain(f"These steps are for chain {unsigned.chain_id}, and the node is on another.")
        known = chain.receipts(signed.transaction_hashes)
        if not any(known):
            publication.check_beginning(now)
        for place, receipt in enumerate(known):
            mined = receipt if receipt is not None else publication.mined(place)
            publication.check_success(place, mined)
            done += 1
            yield mined
    except StablecoinError as error:
        _say_what_moved(error, done, len(unsigned.steps))
        raise


@dataclass(frozen=True, slots=True)
class _Publication:
    unsigned: UnsignedSteps
    signed: SignedSteps
    chain: Chain
    waiting: WaitPolicy
    clock: Callable[[], float]
    sleep: Callable[[float], None]

    def check_beginning(self, now: datetime) -> None:
        """Before the first leaves, if it did not leave before: whether it is still time, and all is as it was."""
        unsigned = self.unsigned
        nonce = self.chain.nonce(unsigned.sender, block="latest")
        if nonce > unsigned.nonce:
            raise self._unknown(0, f"nonce {unsigned.nonce} is used, and the node shows no receipt of this")
        if nonce < unsigned.nonce:
            raise NotSent(
                f"These steps begin at nonce {unsigned.nonce}, and the next one of {unsigned.sender} is {nonce}: "
                "transactions before these are missing.",
                hint="Wait until those are mined, then run the same again. Nothing was sent.",
            )
        check_current(unsigned.plan, now)
        these = unsigned.network.up_to(unsigned.first + len(unsigned.steps))
        check_steps(these, unsigned.first, executor=unsigned.sender, chain=self.chain)

    def mined(self, place: int) -> Receipt:
        """Publishes one step until it is mined; whatever the node answers, only a receipt says that it is."""
        began_at, published_at, answer, looks = self.clock(), None, "", 0
        try:
            while True:
                if published_at is None or self.clock() - published_at >= self.waiting.republish_after_seconds:
                    published_at, answer = self.clock(), self._publish(place)
                receipt, trouble = self._look(place)
                if receipt is not None:
                    return receipt
                if meaning_of(answer) is Meaning.INVALID:
                    raise NotSent(f"{self._words(place)}: no node takes it: {answer}")
                if self.clock() - began_at >= self.waiting.timeout_seconds:
                    raise self._unknown(place, trouble or answer or "not mined in time")
                looks += 1
                self.sleep(self.waiting.pause_seconds(looks))
        except KeyboardInterrupt:
            raise self._unknown(place, "waiting was interrupted") from None

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

    def _publish(self, place: int) -> str:
        try:
            self.chain.publish(self.signed.signed[place])
        except ChainError as error:
            return str(error)
        return ""

    def _look(self, place: int) -> tuple[Receipt | None, str]:
        try:
            return self.chain.receipt(self._hash(place)), ""
        except ChainError as error:
            return None, str(error)

    def _unknown(self, place: int, why: str) -> OutcomeUnknown:
        transaction_hash = self._hash(place)
        error = OutcomeUnknown(
            f"Outcome unknown ({why}): {self._words(place)}, transaction {transaction_hash}.",
            reference=self._reference(place),
            transaction_hashes=(transaction_hash,),
        )
        error.hint = "Run the same again with the same two files: the bytes are the same, so nothing is done twice."
        return error

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


def _gas_limits(steps: Sequence[Step], survey: Survey) -> tuple[int, ...]:
    """The first step's as the chain estimates it; of those after it an estimate says little, and may be impossible."""
    first, *later = survey.gas
    if isinstance(first, StablecoinError):
        raise first
    return with_margin(first), *(_later_limit(step.call, gas) for step, gas in zip(steps[1:], later, strict=True))


def _later_limit(call: Call, estimate: int | StablecoinError) -> int:
    if isinstance(estimate, ChainError):
        raise estimate
    limit = _CALL_GAS + _DATA_GAS_BYTE * len(call.data)
    if created_by(call) is not None:
        limit += _CREATION_GAS + _CREATION_GAS_BYTE * len(call.data)
    if not isinstance(estimate, StablecoinError):
        limit = max(limit, with_margin(estimate) + _CHANGED_GAS)
    return min(limit, _MOST_GAS)


def _say_what_moved(error: StablecoinError, done: int, total: int) -> None:
    """Whatever failed: what is mined has moved."""
    if done and error.moved is Moved.NO:
        error.moved = Moved.YES
    if done:
        error.hint = f"{error.hint} {done} of {total} steps are done.".strip()
