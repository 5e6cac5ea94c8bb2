"""Everything that may go wrong, at once and in any order

when all of it comes, second by second: each is done once, or cancelled for good
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.errors import Cancelled, ConfigError, NodeRefused, StablecoinError, Unreachable
from stablecoin_tools.transactions import Stage
from tests.chain.bent import bent
from tests.transactions.bench import (
    ALICE,
    QUICK,
    Bench,
    Crash,
    Crashing,
    busy,
    call_of,
    check,
    foreign,
    kept,
    orders,
)
from tests.transactions.fake_chain import GWEI
from tests.transactions.test_unwinding import Interrupting

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.signers import UnsignedTransaction
    from stablecoin_tools.transactions import TransactionManager
    from tests.transactions.fake_chain import Transaction


# Everything at once: a chain, a node and processes that do as a list of troubles says, one a second, and then calm.

TROUBLES = {
    "mine": 4,
    "final": 6,
    "reorg": 8,
    "reorg and mined again": 8,
    "reorg and another attempt": 8,
    "pool forgets": 1,
    "others": 3,
    "node refuses": 12,
    "node takes and refuses": 12,
    "receipts fail": 4,
    "receipts hidden": 12,
    "nonce lags": 8,
    "nonces of today": 12,
    "bodies are empty": 6,
    "signer refuses": 4,
    "fees": 60,
    "clock": 200,
    "crash": 40,
    "interrupt": 40,
    "cancel": 3,
    "close gap": 0,
    "another asks": 4,
}
WORDS = (
    *("already known", "nonce too low", "replacement transaction underpriced", "transaction underpriced"),
    *("nonce too high", "txpool is full", "insufficient funds for gas", "invalid sender", "request timed out"),
    *("header not found", "internal error", "max fee per gas less than block base fee"),
)
troubles = st.sampled_from(sorted(TROUBLES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.integers(0, TROUBLES[kind]))
)


class Storm:
    """A bench whose seconds each bring one trouble, as long as there are any."""

    def __init__(self, bench: Bench, coming: list[tuple[str, int]], references: list[str]) -> None:
        self.bench, self.chain, self.references = bench, bench.chain, references
        self.coming = deque(coming)
        self.hidden = self.lag = self.asking = self.today = self.empty = self.unsigned = 0
        self.crashing = Crashing(10**9)
        self.interrupting = Interrupting(10**9, KeyboardInterrupt())
        self.sky = self.chain.bent(receipts=self._receipts, nonce=self._nonce, transactions_in=self._transactions_in)
        self.signer = bent(ALICE, sign_transaction=self._sign)
        self._each_second()

    def process(self) -> TransactionManager:
        """A new process, which the next crash or interrupt will end."""
        self.crashing, self.interrupting = Crashing(10**9), Interrupting(10**9, KeyboardInterrupt())
        chain, journal = (self.crashing.around(one) for one in (self.sky, self.bench.journal))
        return self.bench.manager_of(self.interrupting.around(chain), self.interrupting.around(journal))

    def _each_second(self) -> None:
        self.bench.later(1, self._each_second)
        if self.coming and not self.asking:
            kind, strength = self.coming.popleft()
            getattr(self, f"_{kind.replace(' ', '_')}")(strength)

    def _receipts(self, hashes: list[str]) -> list[Any]:
        if self.hidden:
            self.hidden -= 1
            return [None for _ in hashes]
        return self.chain.receipts(hashes)

    def _nonce(self, account: Address, *, block: int | str = "pending") -> int:
        if self.lag and isinstance(block, str):
            self.lag -= 1
            return max(0, self.chain.nonce(account, block=block) - 1)
        if self.today and not isinstance(block, str):
            self.today -= 1
            return self.chain.nonce(account, block="latest")
        return self.chain.nonce(account, block=block)

    def _transactions_in(self, block: int) -> Any:
        if self.empty:
            self.empty -= 1
            return ()
        return self.chain.transactions_in(block)

    def _sign(self, transaction: UnsignedTransaction) -> bytes:
        if self.unsigned:
            self.unsigned -= 1
            raise ConfigError("the signer refuses")
        return ALICE.sign_transaction(transaction)

    def _mine(self, blocks: int) -> None:
        self.chain.mine(blocks)

    def _final(self, depth: int) -> None:
        self.chain.final = max(self.chain.final, self.chain.number - depth)
        self.chain.safe = max(self.chain.final, self.chain.number - depth // 2)

    def _reorg(self, depth: int, again: Callable[[Transaction], bytes] | None = None) -> None:
        depth = min(depth, self.chain.number - max(self.chain.final, 10))
        undone = [one for block in self.chain.blocks[self.chain.number + 1 - depth :] for one in block.transactions]
        self.chain.reorg(depth)
        if again is not None:
            self.chain.add_block([again(transaction) for transaction in undone])

    def _reorg_and_mined_again(self, depth: int) -> None:
        self._reorg(depth, lambda transaction: transaction.signed)

    def _reorg_and_another_attempt(self, depth: int) -> None:
        def other(transaction: Transaction) -> bytes:
            attempts = [
                candidate.signed_transaction
                for intent in self.bench.journal.newest(self.bench.name, limit=100)
                for candidate in intent.candidates
                if (intent.sender, intent.nonce) == (transaction.sender, transaction.nonce)
            ]
            return attempts[depth % len(attempts)] if attempts else transaction.signed

        self._reorg(depth, other)

    def _pool_forgets(self, _: int) -> None:
        self.chain.pool.clear()

    def _others(self, count: int) -> None:
        used = self.chain.used_nonces[ALICE.address]
        self.chain.add_block([foreign(used + number) for number in range(count)])

    def _node_refuses(self, which: int) -> None:
        self.chain.publish_answers.extend([NodeRefused(WORDS[which % len(WORDS)])] * 3)
        self.chain.takes_refused_bytes = False

    def _node_takes_and_refuses(self, which: int) -> None:
        self._node_refuses(which)
        self.chain.takes_refused_bytes = True

    def _receipts_fail(self, times: int) -> None:
        self.chain.receipt_errors.extend([Unreachable("gone")] * times)

    def _receipts_hidden(self, looks: int) -> None:
        self.hidden = looks

    def _nonce_lags(self, looks: int) -> None:
        self.lag = looks

    def _nonces_of_today(self, looks: int) -> None:
        self.today = looks

    def _bodies_are_empty(self, looks: int) -> None:
        self.empty = looks

    def _signer_refuses(self, times: int) -> None:
        self.unsigned = times

    def _fees(self, gwei: int) -> None:
        self.chain.history = replace(self.chain.history, next_base_fee_wei=gwei * GWEI)

    def _clock(self, seconds: int) -> None:
        self.bench.clock.now += seconds

    def _crash(self, calls: int) -> None:
        self.crashing.calls_left = calls

    def _interrupt(self, calls: int) -> None:
        self.interrupting.calls_left = calls

    def _cancel(self, which: int) -> None:
        self._asks(lambda hasty, ref: hasty.cancel(ref, signer=ALICE), which)

    def _close_gap(self, _: int) -> None:
        self._asks(lambda hasty, _ref: hasty.close_gap(signer=ALICE), 0)

    def _another_asks(self, which: int) -> None:
        self._asks(lambda hasty, ref: hasty.send(call_of(ref), signer=ALICE, ref=ref), which)

    def _asks(self, ask: Callable[[TransactionManager, str], Any], which: int) -> None:
        """Another process asks for something, and does not wait."""
        hasty = self.bench.manager_of(self.sky, self.bench.journal, waiting=replace(QUICK, timeout_seconds=0))
        with suppress(StablecoinError):
            ask(hasty, self.references[which % len(self.references)])

    def calm(self) -> None:
        """No more troubles; blocks come, and fees are low."""
        self.coming.clear()
        self.hidden = self.lag = self.today = self.empty = self.unsigned = 0
        self.chain.publish_answers.clear()
        self.chain.receipt_errors.clear()
        self.chain.safe = None
        self._fees(1)
        self._fill_gap()
        busy(self.bench, first_block_in=1)

    def _fill_gap(self) -> None:
        """Others' transactions that were undone may have left a nonce that nobody uses: they come back."""
        self.bench.later(1, self._fill_gap)
        pending = self.bench.journal.newest(self.bench.name, stages=[Stage.PENDING], limit=100)
        used = self.chain.used_nonces[ALICE.address]
        if used < min((intent.nonce or 0 for intent in pending), default=0):
            self.chain.add_block([foreign(used)])


_SHARED = Bench()
PATIENT = replace(QUICK, timeout_seconds=400, finality_seconds=800, prove_after_seconds=2, in_flight=10)


@given(coming=st.lists(troubles, max_size=40), count=st.integers(1, 4))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_whatever_comes_each_is_done_once_or_cancelled_for_good(coming: list[tuple[str, int]], count: int) -> None:
    bench = Bench(waiting=QUICK, after=_SHARED)
    wanted = orders(*(f"r{number}" for number in range(count)))
    references = [order.ref or "" for order in wanted]
    storm = Storm(bench, coming, references)
    while storm.coming:
        with suppress(Crash, KeyboardInterrupt):
            for outcome in storm.process().send_all(wanted, signer=storm.signer, until=Stage.FINALIZED):
                assert outcome.error is None or isinstance(outcome.error, StablecoinError)
        check(bench)
        bench.clock.sleep(1)
    storm.calm()

    found = list(bench.another(waiting=PATIENT).send_all(wanted, signer=ALICE, until=Stage.FINALIZED))

    check(bench)
    for outcome in found:
        intent = kept(bench, outcome.reference)
        assert intent.stage in (Stage.FINALIZED, Stage.CANCELLED), str(outcome.error)
        assert isinstance(outcome.error, Cancelled) if intent.was_cancelled else outcome.receipt == intent.receipt
        assert bench.times_done(intent.call) == (not intent.was_cancelled)
