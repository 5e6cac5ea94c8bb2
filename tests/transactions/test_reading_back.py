"""Which block used a nonce, where the node keeps no states of then

when the states of that block are gone: blocks are read backwards, some at each look, and none of them twice
when the node fails midway: it is asked on from there
when our own transaction is found there, or an authorization that may be a stale one: no proof
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import NodeRefused, OutcomeUnknown, RateLimited
from stablecoin_tools.transactions.evidence import BLOCKS_AT_ONCE, Witness
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, check, foreign
from tests.transactions.fake_chain import FakeChain, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import MinedTransaction

STATES = 128  # as many as most nodes keep


def used_at(number: int, *, newest: int, final: int, by: str = "others") -> FakeChain:
    """A chain on which others' transaction, or an authorization, used alice's first nonce in this block."""
    chain = FakeChain()
    chain.mine(number - chain.number - 1)
    chain.add_block([foreign(0)] if by == "others" else (), authorities=[ALICE.address] if by != "others" else ())
    chain.mine(newest - chain.number)
    chain.final = final
    return chain


def forgetful(chain: FakeChain, states: int = STATES, **answers: Any) -> Any:
    """A node that keeps the newest states only."""

    def nonce(account: Any, *, block: int | str = "pending") -> int:
        if isinstance(block, int) and block <= chain.number - states:
            raise NodeRefused("missing trie node")
        return chain.nonce(account, block=block)

    return chain.bent(nonce=nonce, **answers)


def looks(witness: Witness, own: Sequence[str] = (), *, most: int = 20) -> int | None:
    """How many looks the proof takes; None if so many do not find it."""
    for count in range(1, most + 1):
        proof = witness.consumption(ALICE.address, 0, own)
        if proof is not None:
            assert proof.transaction_hash == read(foreign(0)).hash
            return count
    return None


@pytest.mark.parametrize(
    ("number", "expected"),
    [(373, 1), (372, 1), (310, 1), (309, 2), (246, 2), (245, 3), (100, 5), (11, 6)],
)
def test_where_states_are_gone_blocks_are_read_backwards_some_at_each_look(number: int, expected: int) -> None:
    chain = used_at(number, newest=500, final=436)

    assert looks(Witness(forgetful(chain))) == expected


def test_each_block_is_read_once_also_as_the_chain_goes_on() -> None:
    chain = used_at(150, newest=500, final=436)
    reads: list[int] = []

    def transactions_in(number: int) -> tuple[MinedTransaction, ...]:
        reads.append(number)
        return chain.transactions_in(number)

    witness = Witness(forgetful(chain, transactions_in=transactions_in))
    found = None
    while found is None:
        before = len(reads)
        found = witness.consumption(ALICE.address, 0, [])
        assert len(reads) - before <= BLOCKS_AT_ONCE
        chain.mine(30)
        chain.final = chain.number - 64

    assert reads == list(range(373, 149, -1))
    assert found.block_number == 150


def test_a_node_that_fails_midway_is_asked_on_from_there() -> None:
    chain = used_at(300, newest=500, final=436)
    asked: list[int] = []

    def transactions_in(number: int) -> tuple[MinedTransaction, ...]:
        asked.append(number)
        if len(asked) % 10 == 0:
            raise RateLimited("too many requests")
        return chain.transactions_in(number)

    witness = Witness(forgetful(chain, transactions_in=transactions_in))
    for _ in range(8):
        with pytest.raises(RateLimited):
            witness.consumption(ALICE.address, 0, [])

    assert looks(witness) == 1
    assert len(asked) == 374 - 300 + 8


def test_our_own_transaction_is_found_there_too_and_is_no_proof() -> None:
    chain = used_at(250, newest=500, final=436)

    assert looks(Witness(forgetful(chain)), [read(foreign(0)).hash]) is None


def test_an_authorization_whose_states_are_gone_proves_nothing() -> None:
    """Others may put a stale one into any block: it does nothing there, and says nothing of the nonce."""
    assert looks(Witness(forgetful(used_at(250, newest=500, final=436, by="an authorization")))) is None


def test_an_older_use_is_proven_by_the_engine_too_and_the_payment_made_once() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager_of(bench.chain, bench.journal, waiting=replace(WAITING, timeout_seconds=2)).send(
            CALL, signer=ALICE, ref="order-1"
        )
    bench.chain.pool.clear()
    bench.chain.add_block([foreign(0)])
    bench.chain.mine(300)
    bench.chain.final = bench.chain.number - 64
    for second in range(12, 600, 12):
        bench.later(second, bench.chain.mine)

    assert bench.manager_of(forgetful(bench.chain), bench.journal).resume("order-1", signer=ALICE).succeeded

    assert bench.happenings().count("CONSUMED") == 1
    assert bench.times_done(CALL) == 1
    check(bench)
