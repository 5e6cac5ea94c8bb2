"""Why an intent stands where it stands, in sentences. Pure but for `look`: what is known in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import FeeCapExceeded
from stablecoin_tools.transactions.fees import FeePolicy
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Happening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stablecoin_tools.chain import Chain, FeeHistory, Receipt
    from stablecoin_tools.networks import Network
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import LaneView, LogEntry

__all__ = ["Sight", "explain", "in_gwei", "look"]

_GWEI: Final = 10**9
_ETHER: Final = 10**18


@dataclass(frozen=True, slots=True)
class Sight:
    """What a node says that bears on one intent.

    Attributes:
        newest: The newest block's number.
        final: The newest final block's number.
        used: How many nonces of the sender the chain has used.
        final_used: How many of them in final blocks.
        pooled: The same as `used`, with what the node's pool holds counted too.
        fees: What gas costs.
        balance_wei: What the sender has for gas, in wei.
        receipt: The receipt of one of the intent's attempts, where the node shows one.
    """

    newest: int
    final: int
    used: int
    final_used: int
    pooled: int
    fees: FeeHistory
    balance_wei: int
    receipt: Receipt | None


def look(chain: Chain, intent: Intent) -> Sight:
    """Asks a node for what bears on an intent; sends nothing.

    Raises:
        ChainError: If it does not say.
    """
    final, sender = chain.finalized_number(), intent.sender
    receipts = chain.receipts(intent.transaction_hashes)
    return Sight(
        newest=chain.block().number,
        final=final,
        used=chain.nonce(sender, block="latest"),
        final_used=chain.nonce(sender, block=final),
        pooled=chain.nonce(sender),
        fees=chain.fee_history(),
        balance_wei=chain.balance_wei(sender),
        receipt=next((receipt for receipt in receipts if receipt is not None), None),
    )


def explain(
    intent: Intent, lane: LaneView, history: Sequence[LogEntry], sight: Sight | None, network: Network
) -> list[str]:
    """What stands, what it waits for, and what to do next: one sentence or two each.

    Args:
        intent: What to explain.
        lane: Its sender's lane, as nobody in particular sees it.
        history: What the journal's log says of it, oldest first.
        sight: What a node says; None if it does not answer.
        network: Where it is; its fee cap counts.
    """
    told = list(_standing(intent))
    if history:
        last = history[-1]
        told.append(f"Last written by {last.who or 'nobody named'} at {last.at}: {_happening(last)}.")
    if sight is not None:
        told += _waiting(intent, lane, sight, network)
    if intent.stage in (Stage.QUEUED, Stage.PENDING):
        told.append(_driver(lane))
    told.append(_advice(intent, lane))
    return told


def in_gwei(wei: int) -> str:
    """A price of gas in billionths of the native coin, exactly."""
    return f"{(Decimal(wei) / _GWEI).normalize():,f}"


def _standing(intent: Intent) -> Iterator[str]:
    match intent.stage:
        case Stage.QUEUED:
            yield "It is taken in, and has neither a nonce nor a signature yet."
        case Stage.PENDING:
            count = len(intent.candidates)
            attempts = f"{count} attempts are" if count > 1 else "one attempt is"
            yield f"It owns nonce {intent.nonce}; {attempts} signed, and no receipt is known."
            if intent.is_unwanted and not intent.is_being_cancelled:
                yield "To cancel it was asked for: whoever drives it signs a no-op at its nonce."
            if intent.is_being_cancelled:
                yield "It is being cancelled: the newest attempt is a no-op. Whichever is mined first counts."
        case Stage.CANCELLED:
            yield "It was cancelled: it was not done, and never will be."
        case _:
            yield _mined(intent)


def _mined(intent: Intent) -> str:
    receipt = intent.receipt
    if receipt is None:
        return f"It is {intent.stage.name.lower()}."
    what = "It was done"
    if intent.was_cancelled:
        what = "It was not done: a no-op took its nonce"
    elif not receipt.succeeded:
        what = "The contract refused it"
    is_final = ", and that is final" if intent.stage is Stage.FINALIZED else ""
    return f"{what}, in block {receipt.block_number:,} by transaction {receipt.transaction_hash}{is_final}."


def _happening(entry: LogEntry) -> str:
    words = Happening[entry.what].value if entry.what in Happening.__members__ else entry.what
    return f"{words} ({entry.why})" if entry.why else words


def _waiting(intent: Intent, lane: LaneView, sight: Sight, network: Network) -> Iterator[str]:
    if intent.stage is Stage.QUEUED:
        yield from _price(sight, network)
    elif intent.stage is Stage.PENDING:
        yield from _open(intent, lane, sight, network)
    elif intent.stage in (Stage.MINED, Stage.SAFE) and intent.receipt is not None:
        yield from _unsettled(intent.receipt, sight)


def _price(sight: Sight, network: Network) -> Iterator[str]:
    try:
        FeePolicy.of(network).offer(sight.fees)
    except FeeCapExceeded as error:
        yield f"{error} Nothing is signed until gas costs less, or the fee cap of {network.name} is raised."


def _open(intent: Intent, lane: LaneView, sight: Sight, network: Network) -> Iterator[str]:
    nonce = intent.nonce or 0
    if sight.receipt is not None:
        what = "it" if sight.receipt.transaction_hash in _original_hashes(intent) else "the no-op"
        yield (
            f"The node shows {what} mined, in block {sight.receipt.block_number:,} by transaction "
            f"{sight.receipt.transaction_hash}; the journal has yet to learn of it."
        )
    elif sight.used > nonce:
        yield from _used_by_others(intent, sight)
    elif sight.used < nonce:
        yield from _behind(intent, lane, sight)
    else:
        yield from _at_turn(intent, sight, network)


def _used_by_others(intent: Intent, sight: Sight) -> Iterator[str]:
    nonce = intent.nonce or 0
    yield (
        f"The node counts {sight.used} used nonces of {intent.sender}, {nonce} among them, and shows no receipt of "
        "any attempt: others used it, or the node does not show all that it has."
    )
    if sight.final_used > nonce:
        then = "it counts as cancelled" if intent.is_being_cancelled else "it gets another nonce"
        yield f"Final blocks have it used too. Once what used it is found there, that is the proof, and {then}."
        return
    yield (
        f"Only a final block proves which: the newest final one is {sight.final:,}, the newest of all {sight.newest:,}."
        " Until then it keeps its nonce, and none of its attempts is given up."
    )


def _behind(intent: Intent, lane: LaneView, sight: Sight) -> Iterator[str]:
    before = (intent.nonce or 0) - 1
    nonces = f"nonce {sight.used}" if before == sight.used else f"nonces {sight.used} to {before}"
    yield f"It waits for {nonces} of {intent.sender}: the node counts {sight.used} used, {sight.pooled} with its pool."
    first = next((one for one in lane.open if one.nonce == sight.used), None)
    if first is not None:
        what = first.call.description or "a call"
        yield f"Nonce {sight.used} is that of reference {first.reference!r} ({what}): what holds it up holds this up."
        return
    yield (
        f"Nonce {sight.used} is none of this journal's. If nothing else sends from this account, what had it is "
        "lost: `stablecoin tx close-gap` takes that nonce by a transaction that does nothing."
    )


def _at_turn(intent: Intent, sight: Sight, network: Network) -> Iterator[str]:
    offered, costs = intent.candidates[-1].fees, _cost_wei(sight.fees)
    is_low = offered.max_fee_wei < costs
    yield (
        f"It is its turn: the node counts {sight.used} used nonces. It offers at most {in_gwei(offered.max_fee_wei)} "
        f"gwei for a unit of gas, and the next block costs {in_gwei(costs)}{': too little' if is_low else ''}."
    )
    cap = f"The fee cap of {network.name}, {network.fee_cap_gwei:,} gwei,"
    if FeePolicy.of(network).bump(offered, sight.fees) is None:
        yield f"{cap} allows no higher offer: it waits until gas costs less, or the cap is raised."
    elif is_low:
        yield f"{cap} allows more: whoever drives it offers more."
    if sight.pooled > (intent.nonce or 0):
        yield "The node's pool holds a transaction at this nonce."
    else:
        yield "The node's pool does not hold it: whoever drives it publishes it again."
    most_wei = intent.call.value_wei + intent.gas_limit * offered.max_fee_wei
    if sight.balance_wei < most_wei and not intent.is_being_cancelled:
        native = network.native_symbol
        yield (
            f"{intent.sender} has {_in_ether(sight.balance_wei)} {native}, and it may cost {_in_ether(most_wei)}: "
            f"send it some {native}."
        )


def _unsettled(receipt: Receipt, sight: Sight) -> Iterator[str]:
    if sight.receipt is None or sight.receipt.block_hash != receipt.block_hash:
        yield "The node does not show it there now: it lags, or that block was undone."
        return
    left = receipt.block_number - sight.final
    if left > 0:
        yield (
            f"{left} more {'block has' if left == 1 else 'blocks have'} to become final: the newest final one is "
            f"{sight.final:,}, the newest of all {sight.newest:,}."
        )
    else:
        yield f"For this node block {receipt.block_number:,} is final; the journal has yet to learn of it."


def _driver(lane: LaneView) -> str:
    if lane.is_free:
        return f"No process drives what {lane.hold.sender} has under way."
    return (
        f"Another process drives what {lane.hold.sender} has under way. If it has ended without a word, its hold on "
        "the lane ends by itself, within seconds of what it wrote last."
    )


def _advice(intent: Intent, lane: LaneView) -> str:
    is_refused = intent.receipt is not None and not intent.receipt.succeeded
    if is_refused and not intent.was_cancelled:
        return "Nothing moved, and this reference keeps that result; to do it after all, ask for it under a new one."
    if intent.stage is Stage.CANCELLED or intent.stage is Stage.FINALIZED:
        return "There is nothing to do."
    if intent.stage in (Stage.MINED, Stage.SAFE):
        verb = "go on with cancelling it" if intent.was_cancelled else "resume it"
        return f"There is nothing to do; to have it proven final, {verb} until it is."
    verb = "go on with cancelling it" if intent.is_being_cancelled else "resume it"
    if lane.is_free:
        return f"{verb.capitalize()}; or leave it: whoever sends next from this account drives it too."
    return f"Wait for the other process, or {verb}: whichever of the two lives longer drives it."


def _cost_wei(fees: FeeHistory) -> int:
    return fees.next_base_fee_wei if fees.gas_price_wei is None else fees.gas_price_wei


def _original_hashes(intent: Intent) -> set[str]:
    return {candidate.transaction_hash for candidate in intent.candidates if not candidate.is_noop}


def _in_ether(wei: int) -> str:
    return f"{(Decimal(wei) / _ETHER).normalize():,f}"
