"""A manager over a scripted chain and a scripted clock, and what must hold whatever happened there."""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.transactions import (
    FeePolicy,
    Intent,
    Journal,
    Order,
    Stage,
    TransactionManager,
    WaitPolicy,
    chain_name,
)
from tests.chain.bent import bent
from tests.transactions.fake_chain import GWEI, FakeChain, FakeClock, Transaction, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.transactions import LogEntry

ALICE = development_signer(8, find_network("anvil"))
BOB = development_signer(9, find_network("anvil"))
CALL = Call(Address(b"\x0c" * 20), b"\x12\x34\x56\x78", description="pay out")
WAITING = WaitPolicy(
    poll_seconds=1,
    bump_after_seconds=45,
    timeout_seconds=300,
    finality_seconds=1800,
    settle_seconds=5,
)
QUICK = WaitPolicy(
    poll_seconds=1, bump_after_seconds=3, timeout_seconds=12, finality_seconds=100, settle_seconds=2, in_flight=3
)
LEASE_SECONDS = 3
# For managers that several threads use: time passes by itself.
IN_REAL_TIME: dict[str, Any] = {
    "waiting": replace(WAITING, poll_seconds=0.01, settle_seconds=0.05, in_flight=4),
    "clock": time.monotonic,
    "sleep": time.sleep,
}
_FINAL_BLOCK = re.compile(r"final block (\d+) has the nonce used by (0x[0-9a-f]{64})?")


def call_of(reference: str) -> Call:
    """A call that nobody else makes, so that one sees on the chain how often it was done."""
    return Call(CALL.to, reference.encode(), description=f"pay {reference}")


def orders(*references: str) -> list[Order]:
    return [Order(call_of(reference), reference) for reference in references]


def foreign(nonce: int, data: bytes = b"") -> bytes:
    """Alice's signature under a transaction that no manager of hers knows; it pays better than any of theirs."""
    return ALICE.sign_transaction(UnsignedTransaction(31337, nonce, CALL.to, data, 1, 21_000, 300 * GWEI, 200 * GWEI))


class Bench:
    """A fake chain, a fake clock, a journal that goes by it, and a manager over them.

    Whatever is published must be in the journal, or the publishing fails.

    Args:
        mines_at_once: Whether the chain mines each transaction as it comes.
        fees: What is offered.
        waiting: How long for what.
        after: A bench whose journal and clock go on with a new chain: a new journal takes longer than a send.
    """

    def __init__(
        self,
        *,
        mines_at_once: bool = False,
        fees: FeePolicy | None = None,
        waiting: WaitPolicy = WAITING,
        after: Bench | None = None,
    ) -> None:
        self.chain = FakeChain(mines_at_once=mines_at_once)
        self.clock: FakeClock = after.clock if after else FakeClock()
        self.journal: Journal = after.journal if after else Journal(clock=self.clock, lease_seconds=LEASE_SECONDS)
        self.clock.happenings.clear()
        self.clock.slept = 0
        self.waiting = waiting
        self.fees = fees or FeePolicy()
        self.name = chain_name(self.chain)
        self._kept: set[bytes] = set()
        self.chain.before_publishing = self._must_be_kept
        self.manager = self.manager_of(self.chain, self.journal)

    def manager_of(self, chain: Any, journal: Any, **changes: Any) -> TransactionManager:
        given: dict[str, Any] = {
            "fees": self.fees,
            "waiting": self.waiting,
            "clock": self.clock,
            "sleep": self.clock.sleep,
        }
        return TransactionManager(chain, journal=journal, **(given | changes))

    def another(self, **changes: Any) -> TransactionManager:
        """Another process with the same journal and chain."""
        return self.manager_of(self.chain, self.journal, **changes)

    def later(self, seconds: float, happening: Callable[[], Any]) -> None:
        """So many seconds from now this happens."""
        self.clock.at(self.clock.now + seconds, happening)

    def make_final(self) -> None:
        """All blocks are final now."""
        self.chain.final = self.chain.number

    def hashes(self) -> list[str]:
        """Of what was published, without repetition, in order."""
        return list(dict.fromkeys(read(signed).hash for signed in self.chain.published))

    def attempts(self) -> list[Transaction]:
        """What was published, without repetition, in order."""
        return [read(signed) for signed in dict.fromkeys(self.chain.published)]

    def log(self, reference: str = "order-1") -> list[LogEntry]:
        return self.journal.log(self.name, reference)

    def happenings(self, reference: str = "order-1") -> list[str]:
        return [entry.what for entry in self.log(reference)]

    def times_done(self, call: Call) -> int:
        """How often the chain holds a call."""
        payloads = [transaction.payload[1:] for block in self.chain.blocks for transaction in block.transactions]
        return payloads.count((bytes(call.to or b""), call.data, call.value_wei))

    def _must_be_kept(self, signed: bytes) -> None:
        if signed not in self._kept:
            intents = self.journal.newest(self.name, limit=10_000)
            self._kept = {candidate.signed_transaction for intent in intents for candidate in intent.candidates}
        assert signed in self._kept, "signed bytes were published before the journal had them"


def busy(bench: Bench, *, first_block_in: int) -> None:
    """From then on a block every second, each final four blocks later."""

    def mine() -> None:
        bench.chain.mine()
        bench.chain.final = bench.chain.number - 4
        bench.later(1, mine)

    bench.later(first_block_in, mine)


class Crash(BaseException):
    """The process ends here."""


class Crashing:
    """Ends the process before the n-th call that goes through it, as it is just after the one before.

    The dead do nothing more: every later call ends them again.
    """

    def __init__(self, calls: int) -> None:
        self.calls_left = calls

    def around(self, target: Any) -> Any:
        names = [name for name in _CALLED if hasattr(target, name)]
        return bent(target, **{name: self._around(getattr(target, name)) for name in names})

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def crashing(*arguments: Any, **named: Any) -> Any:
            if self.calls_left == 0:
                raise Crash
            self.calls_left -= 1
            return method(*arguments, **named)

        return crashing


_CALLED = (
    *("survey", "estimate_gas", "fee_history", "nonce", "publish_many", "receipts", "call"),
    *("finalized_number", "safe_number", "block_hashes", "transactions_in"),
    *("find", "find_many", "look", "asked", "unsettled", "record", "queue", "ask_to_cancel"),
    "sign_transaction",
)


def kept(bench: Bench, reference: str = "order-1") -> Intent:
    intent = bench.journal.find(bench.name, reference)
    assert intent is not None
    return intent


def check(bench: Bench) -> None:
    """What must hold at any time, however often anything crashed, read from the journal and the chain."""
    intents = bench.journal.newest(bench.name, limit=10_000)
    _check_nonces(bench, intents)
    _check_attempts(bench, intents)
    signed = {hash_ for intent in intents for hash_ in _signed_hashes(bench, intent.reference)}
    assert set(bench.hashes()) <= signed
    for intent in intents:
        in_block = [hash_ for hash_ in _signed_hashes(bench, intent.reference) if hash_ in bench.chain.mined]
        assert len(in_block) <= 1, f"{intent.reference} is in the chain more than once: {in_block}"
        if intent.receipt is not None:
            assert intent.receipt.transaction_hash in intent.transaction_hashes
    done = Counter(transaction.payload for block in bench.chain.blocks for transaction in block.transactions)
    for intent in intents:
        assert done[payload_of(intent)] <= _asked(intents, intent), f"{intent.reference} was done more than once"


def check_log(bench: Bench) -> None:
    """The journal's log is as it was written, and tells what the journal keeps."""
    assert [fault for proof in bench.journal.verify() for fault in proof.faults] == []


def payload_of(intent: Intent) -> tuple[Address, bytes, bytes, int]:
    return intent.sender, bytes(intent.call.to or b""), intent.call.data, intent.call.value_wei


def check_all_final(bench: Bench, references: Sequence[str]) -> None:
    """Each reference was done once, and what the journal says of it is final and in the chain."""
    check(bench)
    for reference in references:
        intent = kept(bench, reference)
        assert intent.stage is Stage.FINALIZED, f"{reference} is {intent.stage.name}"
        assert intent.receipt is not None
        assert bench.chain.mined[intent.receipt.transaction_hash] == intent.receipt
        assert bench.chain.receipt(intent.receipt.transaction_hash) == intent.receipt


def _asked(intents: Sequence[Intent], intent: Intent) -> int:
    """How many references ask for the same thing."""
    return sum(payload_of(other) == payload_of(intent) for other in intents)


def _signed_hashes(bench: Bench, reference: str) -> list[str]:
    details = [json.loads(entry.detail) for entry in bench.log(reference)]
    return [detail["transaction"] for detail in details if "transaction" in detail]


def _check_nonces(bench: Bench, intents: Sequence[Intent]) -> None:
    """No nonce has two owners, and no intent has a second nonce without a proof that holds."""
    owners: dict[tuple[Address, int], set[str]] = defaultdict(set)
    for intent in intents:
        log = bench.log(intent.reference)
        nonce: int | None = None
        for entry in log:
            now = json.loads(entry.detail)["nonce"]
            if entry.what == "CONSUMED":
                _check_proof(bench, intent, nonce, entry.why)
            else:
                assert nonce in (None, now), f"{intent.reference} went from nonce {nonce} to {now} unproven"
            if now is not None:
                owners[intent.sender, now].add(intent.reference)
            nonce = now
        assert nonce == intent.nonce
    assert all(len(references) == 1 for references in owners.values()), owners


def _check_proof(bench: Bench, intent: Intent, nonce: int | None, why: str) -> None:
    """The block that a proof names is final, and holds what used the nonce: nothing of ours."""
    proof = _FINAL_BLOCK.match(why)
    assert proof is not None, why
    assert int(proof[1]) <= bench.chain.finalized_number()
    in_block = bench.chain.blocks[int(proof[1])]
    ours = set(_signed_hashes(bench, intent.reference))
    assert not ours & {transaction.hash for transaction in in_block.transactions}
    using = [one.hash for one in in_block.transactions if (one.sender, one.nonce) == (intent.sender, nonce)]
    assert using == ([proof[2]] if proof[2] else [])
    assert proof[2] or intent.sender in in_block.authorities


def _check_attempts(bench: Bench, intents: Sequence[Intent]) -> None:
    """All attempts at one intent at one nonce do the same; only the offer rises, and never above the cap."""
    for intent in intents:
        attempts = [read(candidate.signed_transaction) for candidate in intent.candidates]
        for candidate, attempt in zip(intent.candidates, attempts, strict=True):
            assert attempt.hash == candidate.transaction_hash
            assert (attempt.sender, attempt.nonce) == (intent.sender, intent.nonce)
            assert attempt.max_fee_wei <= bench.fees.cap_wei
            if candidate.is_noop:
                assert attempt.payload == (intent.sender, bytes(intent.sender), b"", 0)
            else:
                assert attempt.payload == payload_of(intent)
                assert attempt.fields["gas"] == intent.gas_limit
        for earlier, later in pairwise(attempts):
            assert later.is_better_than(earlier)
