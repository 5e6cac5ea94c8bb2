"""Verdicts of several nodes

when a receipt is asked about: final, if enough nodes have the same one, in a block that is theirs and final
when a nonce was used by others: proven, if enough nodes name the same final block and the same transaction
when one of our own attempts is in that block, or the block is not final: no proof
when nodes lag, lie or do not answer: they have no vote, or are outvoted
when so many cannot agree: refused at once
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.chain import MinedTransaction, Receipt
from stablecoin_tools.errors import RateLimited, Unreachable, UsageError
from stablecoin_tools.networks import find_network
from stablecoin_tools.transactions.witnesses import Witnesses
from tests.transactions.bench import ALICE, BOB, foreign
from tests.transactions.fake_chain import CARRIER, GWEI, FakeChain, read

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = 11
BEGUN = FakeChain()


def used(final: int = BLOCK) -> FakeChain:
    """A node of a chain on which others used alice's first nonce; all have the same blocks."""
    chain = BEGUN.copied()
    chain.fork = BEGUN.fork
    chain.add_block([foreign(0)])
    chain.mine(9)
    chain.final = final
    return chain


def telling(chain: FakeChain, hash_: str) -> Any:
    """The same node, with this hash in place of that of the foreign transaction."""
    said = (MinedTransaction(hash_, ALICE.address, 0, chain.blocks[BLOCK].hash),)
    return chain.bent(transactions_in=lambda _: said)


def gone(*_: Any, **__: Any) -> Any:
    raise Unreachable("gone")


def test_the_proof_names_the_final_block_and_the_transaction() -> None:
    proof = Witnesses([used()]).consumption(ALICE.address, 0, ["0xours"])

    assert proof is not None
    assert (proof.block_number, proof.transaction_hash) == (BLOCK, read(foreign(0)).hash)
    assert str(proof) == f"final block 11 has the nonce used by {read(foreign(0)).hash}"


@pytest.mark.parametrize("final", range(BLOCK))
def test_a_block_that_is_not_final_proves_nothing(final: int) -> None:
    assert Witnesses([used(final)]).consumption(ALICE.address, 0, []) is None


def test_our_own_attempt_or_an_unused_nonce_or_another_sender_proves_nothing() -> None:
    witnesses = Witnesses([used(20)])

    assert witnesses.consumption(ALICE.address, 0, ["0xolder", read(foreign(0)).hash]) is None
    assert witnesses.consumption(ALICE.address, 1, []) is None
    assert witnesses.consumption(BOB.address, 0, []) is None


def test_a_nonce_that_an_authorization_used_is_proven_by_whatever_carries_it() -> None:
    chain = FakeChain()
    chain.add_block(authorities=[ALICE.address])
    chain.final = BLOCK

    proof = Witnesses([chain]).consumption(ALICE.address, 0, [])

    assert proof is not None
    (carrier,) = chain.transactions_in(BLOCK)
    assert carrier.sender == CARRIER
    assert (proof.block_number, proof.transaction_hash) == (BLOCK, carrier.hash)
    assert str(proof) == f"final block 11 has the nonce used by an authorization in {carrier.hash}"


@given(uses=st.lists(st.integers(0, 2), min_size=1, max_size=25), data=st.data())
def test_the_block_is_found_wherever_it_is(uses: list[int], data: st.DataObject) -> None:
    """Blocks with none, one or two of alice's transactions; the search names the one with her n-th."""
    chain = FakeChain()
    blocks: list[int] = []
    for count in uses:
        first = len(blocks)
        block = chain.add_block([foreign(first + number) for number in range(count)])
        blocks += [block.number] * count
    chain.final = data.draw(st.integers(0, chain.number))
    nonce = data.draw(st.integers(0, 50))

    proof = Witnesses([chain]).consumption(ALICE.address, nonce, [])

    is_proven = nonce < len(blocks) and blocks[nonce] <= chain.final
    assert (proof.block_number if proof else None) == (blocks[nonce] if is_proven else None)
    assert proof is None or proof.transaction_hash == read(foreign(nonce)).hash


@pytest.mark.parametrize(
    ("needed", "agreeing", "is_proven"), [(1, 1, True), (2, 1, False), (2, 2, True), (3, 2, False), (3, 3, True)]
)
@pytest.mark.parametrize("others", ["lag", "do not answer", "name another", "hide it"])
def test_so_many_must_agree(needed: int, agreeing: int, is_proven: bool, others: str) -> None:  # noqa: FBT001  # a parameter
    chain = used()
    odd = {
        "lag": used(BLOCK - 1),
        "do not answer": chain.bent(finalized_number=gone),
        "name another": telling(chain, "0x" + "11" * 32),
        "hide it": chain.bent(nonce=lambda *_, **__: 0),
    }[others]
    own = ["0x" + "11" * 32]  # what is named there is ours: that node proves nothing
    nodes = [*[odd] * (3 - agreeing), *[chain] * agreeing]

    assert (Witnesses(nodes, needed).consumption(ALICE.address, 0, own) is not None) == is_proven


def test_two_different_stories_are_no_agreement() -> None:
    chain = used()
    other = telling(chain, "0x" + "22" * 32)

    assert Witnesses([chain], 1).consumption(ALICE.address, 0, []) is not None
    assert Witnesses([other], 1).consumption(ALICE.address, 0, []) is not None
    assert Witnesses([chain, other], 2).consumption(ALICE.address, 0, []) is None


def said_of(chain: FakeChain, number: int) -> Receipt:
    """A receipt as the chain has it, of a transaction in this block."""
    return Receipt(
        transaction_hash=f"0x{number:064x}",
        block_number=number,
        block_hash=chain.blocks[number].hash,
        succeeded=True,
        gas_used=30_000,
        gas_price_wei=GWEI,
        contract_address=None,
        logs=(),
    )


def having(chain: FakeChain, receipts: Sequence[Receipt]) -> FakeChain:
    chain.mined = {receipt.transaction_hash: receipt for receipt in receipts}
    return chain


def test_final_receipts_are_those_that_enough_nodes_have_in_a_block_that_they_call_final() -> None:
    asked = [said_of(used(), number) for number in (10, 11, 12, 13, 15, 16)]
    chain, behind, forked = (having(used(final), asked) for final in (15, 12, 15))
    forked.blocks = [*forked.blocks[:11], *(replace(block, fork=10**6) for block in forked.blocks[11:])]

    def final(nodes: list[Any], needed: int) -> set[int]:
        return {int(hash_, 16) for hash_ in Witnesses(nodes, needed).final(asked)}

    assert final([chain], 1) == {10, 11, 12, 13, 15}
    assert final([chain, behind], 2) == {10, 11, 12}
    assert final([chain, forked], 2) == {10}
    silent = chain.bent(block_hashes=gone)
    with pytest.raises(Unreachable):
        silent.block_hashes([0])
    with pytest.raises(Unreachable):
        final([chain, silent], 2)
    assert final([chain, silent, behind], 2) == {10, 11, 12}
    assert Witnesses([silent]).final([]) == set()


@pytest.mark.parametrize("otherwise", ["none", "refused", "in another block", "in a block of another hash"])
@pytest.mark.parametrize(("needed", "agreeing", "is_final"), [(1, 1, True), (2, 1, False), (2, 2, True), (3, 2, False)])
def test_a_node_whose_own_receipt_differs_has_no_vote(
    otherwise: str,
    needed: int,
    agreeing: int,
    is_final: bool,  # noqa: FBT001  # a parameter
) -> None:
    told = said_of(used(), BLOCK)
    own = {
        "none": [],
        "refused": [replace(told, succeeded=False)],
        "in another block": [replace(told, block_number=12, block_hash=used().blocks[12].hash)],
        "in a block of another hash": [replace(told, block_hash="0x" + "33" * 32)],
    }[otherwise]
    nodes = [*[having(used(15), own)] * (3 - agreeing), *[having(used(15), [told])] * agreeing]

    assert Witnesses(nodes, needed).final([told]) == ({told.transaction_hash} if is_final else set())


def test_a_receipt_that_is_asked_about_twice_is_one_vote() -> None:
    told = said_of(used(), BLOCK)
    nodes = [having(used(15), [told]), having(used(15), [])]

    assert Witnesses(nodes, 2).final([told, told]) == set()


def test_a_node_that_limits_has_no_vote() -> None:
    def limited(*_: Any, **__: Any) -> Any:
        raise RateLimited("too many requests")

    witnesses = Witnesses([used().bent(nonce=limited, finalized_number=limited)])

    assert witnesses.consumption(ALICE.address, 0, []) is None
    with pytest.raises(RateLimited):
        witnesses.final([said_of(used(), BLOCK)])


@pytest.mark.parametrize(("count", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_more_than_half_must_agree_if_nothing_else_is_asked_for(count: int, needed: int) -> None:
    def proves(agreeing: int) -> bool:
        nodes = [*[used(0)] * (count - agreeing), *[used()] * agreeing]
        return Witnesses(nodes).consumption(ALICE.address, 0, []) is not None

    assert [proves(agreeing) for agreeing in range(count + 1)] == [n >= needed for n in range(count + 1)]


@pytest.mark.parametrize("needed", [-1, 0, 3])
def test_more_than_there_are_or_none_cannot_agree(needed: int) -> None:
    with pytest.raises(UsageError, match="cannot agree"):
        Witnesses([FakeChain(), FakeChain()], needed)


def test_nodes_of_different_chains_are_no_witnesses() -> None:
    class Sepolia(FakeChain):
        network = find_network("sepolia")

    with pytest.raises(UsageError, match="different chains"):
        Witnesses([FakeChain(), Sepolia()])
