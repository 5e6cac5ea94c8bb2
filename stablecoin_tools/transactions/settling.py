"""What became of mined intents: final, safe, or undone by a reorganisation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import ChainError
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Change, Happening
from stablecoin_tools.transactions.send_state import SendState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import Journal
    from stablecoin_tools.transactions.send_state import WaitPolicy
    from stablecoin_tools.transactions.witnesses import Witnesses

__all__ = ["Rounds", "settle"]

_AT_LEAST: Final = 50
_NOWHERE: Final = -1  # below every nonce


class Rounds:
    """When to look at which of a sender's mined intents: at all of them now and then, some at a time.

    Whoever sends one thing waits for a few of the old ones at most; whoever sends many settles as many and more.

    Args:
        chain: The chain's name in the journal.
        sender: Whose intents.
        journal: Where they are kept.
        waiting: How long to wait between two rounds.
    """

    def __init__(self, chain: str, sender: Address, journal: Journal, waiting: WaitPolicy) -> None:
        self._chain, self._sender, self._journal, self._waiting = chain, sender, journal, waiting
        self._ended_at = float("-inf")
        self._up_to = _NOWHERE
        self._limit = 0

    def is_due(self, now: float) -> bool:
        """Whether a round is to begin, or has begun."""
        return self._up_to != _NOWHERE or now - self._ended_at >= self._waiting.settle_seconds

    def next_intents(self, mined: int) -> list[Intent]:
        """Those to look at now, lowest nonce first; the same again, until they are said to be done.

        Args:
            mined: How many are newly mined in the meantime: twice as many are looked at, so that none are left over.
        """
        self._limit = max(_AT_LEAST, 2 * mined)
        return self._journal.unsettled(self._chain, self._sender, above_nonce=self._up_to, limit=self._limit)

    def done(self, intents: Sequence[Intent], now: float) -> None:
        """They were looked at."""
        self._up_to = (intents[-1].nonce or 0) if len(intents) == self._limit else _NOWHERE
        self._ended_at = now


def settle(
    mined: Sequence[Intent], chain: Chain, witnesses: Witnesses, waiting: WaitPolicy, now: float
) -> list[Change]:
    """What there is to record of intents that were mined and are not final yet.

    Raises:
        ChainError: If the chain cannot be read; nothing is to be recorded then.
    """
    found = [(intent, intent.receipt) for intent in mined if intent.receipt is not None and not intent.is_settled]
    if not found:
        return []
    final_number, safe_number = chain.finalized_number(), chain.safe_number()
    blocks = {_block(receipt) for _, receipt in found}
    numbers = sorted({number for number, _ in blocks})
    hashes = dict(zip(numbers, chain.block_hashes(numbers), strict=True))
    stands = {(number, hash_) for number, hash_ in blocks if hashes[number] == hash_}
    due = {receipt for _, receipt in found if _block(receipt) in stands and receipt.block_number <= final_number}
    final, doubted = _verdict(witnesses, due)
    suspects = [pair for pair in found if _block(pair[1]) not in stands or pair[1].transaction_hash in doubted]
    changes = _looked_up(suspects, stands, chain, waiting, now)
    looked_up = {change.intent.reference for change in changes}
    for intent, receipt in found:
        if _block(receipt) in stands and intent.reference not in looked_up:
            state = SendState.mined(waiting, now, receipt.block_number, intent.stage)
            state = state.settled(Stage.SAFE, safe_number)
            if receipt.transaction_hash in final:
                state = state.settled(Stage.FINALIZED, final_number)
            if state.stage is not intent.stage:
                changes.append(Change(Happening[state.stage.name], intent.settled(state.stage)))
    return changes


def _verdict(witnesses: Witnesses, due: Collection[Receipt]) -> tuple[set[str], set[str]]:
    """Of which of these receipts the nodes agree that they are final, and of which enough answered and did not."""
    try:
        final = witnesses.final(due)
    except ChainError:  # they may agree at the next look
        return set(), set()
    return final, {receipt.transaction_hash for receipt in due} - final


def _looked_up(
    suspects: Sequence[tuple[Intent, Receipt]],
    stands: Collection[tuple[int, str]],
    chain: Chain,
    waiting: WaitPolicy,
    now: float,
) -> list[Change]:
    """What the node says now of intents whose block does not stand, or of whose receipt not enough nodes are sure.

    They are in another block, or their receipt is another, or they are open again. A block that stands must be read
    whole before it counts that no receipt is shown: receipts come late now and then.
    """
    if not suspects:
        return []
    hashes = [hash_ for intent, _ in suspects for hash_ in intent.transaction_hashes]
    receipts = {receipt.transaction_hash: receipt for receipt in chain.receipts(hashes) if receipt is not None}
    changes = []
    for intent, before in suspects:
        after = next((receipts[hash_] for hash_ in intent.transaction_hashes if hash_ in receipts), None)
        is_undone = _block(before) not in stands
        why = (
            f"block {before.block_number} ({before.block_hash}) {'was undone' if is_undone else 'does not hold it so'}"
        )
        state = SendState.mined(waiting, now, before.block_number, intent.stage)
        if after is None and (is_undone or not _may_hold(chain, before)):
            reopened = replace(intent.reopened(), stage=state.not_seen(now, is_nonce_used=False).stage)
            changes.append(Change(Happening.REORGED, reopened, why))
        elif after is not None and not after.agrees_with(before):
            moved = replace(intent.mined(after), stage=state.seen(after.block_number).stage)
            changes.append(Change(Happening.MINED, moved, why))
    return changes


def _may_hold(chain: Chain, receipt: Receipt) -> bool:
    """Whether a block holds a transaction, for all that is known."""
    try:
        return any(mined.hash == receipt.transaction_hash for mined in chain.transactions_in(receipt.block_number))
    except ChainError:
        return True


def _block(receipt: Receipt) -> tuple[int, str]:
    return receipt.block_number, receipt.block_hash
