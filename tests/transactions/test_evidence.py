"""What a node can make us believe, and what not

when a node answers old nonces wrongly, or bodies that lack transactions: no proof, no second nonce, paid once
when its address leads to another chain for a while: it proves nothing meanwhile
when an authorization used the nonce: proven by what carries it, and only in the block whose states say so
when receipts are made up: not final before honest nodes have them; one made up once is found out by its block
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.chain import Authorization, MinedTransaction, Receipt
from stablecoin_tools.errors import NodeRefused, OutcomeUnknown
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import Stage
from stablecoin_tools.transactions.evidence import Witness
from tests.conftest import AnvilProcess
from tests.contracts.signing import delegate
from tests.transactions.bench import ALICE, BOB, CALL, WAITING, Bench, check, check_all_final, foreign, kept
from tests.transactions.fake_chain import CARRIER, GWEI, FakeChain, read
from tests.transactions.test_reading_back import forgetful, looks, used_at
from tests.world import new_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OURS = foreign(0)  # for those tests that sign by no manager


def late(bench: Bench, *, until: float) -> Callable[[Sequence[str]], list[Receipt | None]]:
    """Receipts as a node gives them whose index lags."""
    return lambda hashes: [bench.chain.receipt(hash_) if bench.clock.now > until else None for hash_ in hashes]


def of_today(chain: FakeChain) -> Callable[..., int]:
    """Nonces as a node gives them that knows the newest state only, whatever block is named."""
    return lambda account, *, block="pending": chain.nonce(account, block="pending" if block == "pending" else "latest")


def mined_and_final() -> Bench:
    """What is sent here is mined after 3 s, and final after 20 s; others may be mined from 100 s on."""
    bench = Bench()
    bench.chain.mine(5)
    bench.make_final()
    bench.later(3, bench.chain.mine)
    bench.later(10, lambda: bench.chain.mine(5))
    bench.later(20, bench.make_final)
    bench.later(100, bench.chain.mine)
    return bench


WRONG: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "nonces of today": lambda bench: {"nonce": of_today(bench.chain)},
    "emptied bodies": lambda _: {"transactions_in": lambda _: ()},
    "both": lambda bench: {"nonce": of_today(bench.chain), "transactions_in": lambda _: ()},
}


@pytest.mark.parametrize("nodes", [1, 2, 3])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_payment_whose_receipt_comes_late_is_made_once_whatever_nodes_say_of_the_past(wrong: str, nodes: int) -> None:
    bench = mined_and_final()
    answers = WRONG[wrong](bench)
    first = bench.chain.bent(receipts=late(bench, until=90), **answers)
    others = [bench.chain.bent(**answers)] * (nodes - 1)

    bench.manager_of(first, bench.journal, witnesses=others).send(CALL, signer=ALICE, ref="order-1")

    assert "CONSUMED" not in bench.happenings()
    assert bench.times_done(CALL) == 1
    check(bench)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_paid_is_never_called_cancelled(wrong: str) -> None:
    bench = Bench(waiting=replace(WAITING, timeout_seconds=5))
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    original = kept(bench).candidates[0].signed_transaction
    bench.later(1, lambda: bench.chain.add_block([original]))
    bench.later(4, lambda: bench.chain.mine(5))
    bench.later(5, bench.make_final)
    view = bench.chain.bent(receipts=lambda hashes: [None for _ in hashes], **WRONG[wrong](bench))

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(view, bench.journal, waiting=WAITING).cancel("order-1", signer=ALICE)

    assert not kept(bench).was_cancelled
    assert bench.times_done(CALL) == 1


@given(
    place=st.integers(11, 30),
    nonces=st.lists(st.integers(0, 3) | st.none(), min_size=1, max_size=40),
    left_out=st.sets(st.integers(0, 40)),
    looks=st.integers(1, 3),
)
def test_nothing_that_a_node_hides_or_mixes_up_is_ever_a_proof(
    place: int, nonces: list[int | None], left_out: set[int], looks: int
) -> None:
    """Our own transaction used the nonce; answers about nonces are any numbers or errors, and bodies may be empty."""
    chain = FakeChain()
    chain.mine(place - chain.number - 1)
    chain.add_block([OURS])
    chain.add_block(authorities=[BOB.address])
    chain.mine(10)
    chain.final = chain.number

    def nonce(_: Any, *, block: int) -> int:
        answer = nonces[block % len(nonces)]
        if answer is None:
            raise NodeRefused("missing trie node")
        return answer

    witness = Witness(
        chain.bent(
            nonce=nonce, transactions_in=lambda number: () if number in left_out else chain.transactions_in(number)
        )
    )

    for _ in range(looks):
        try:
            assert witness.consumption(ALICE.address, 0, [read(OURS).hash]) is None
        except NodeRefused:
            continue


def authorized(chain: FakeChain, **changes: Any) -> Any:
    """The node whose block 20 holds what carries this authorization, in place of what it held."""
    signed = replace(Authorization(ALICE.address, 0, 31337), **changes)
    body = (MinedTransaction("0x" + "44" * 32, CARRIER, 0, chain.blocks[20].hash, (signed,)),)
    return chain.bent(transactions_in=lambda number: body if number == 20 else chain.transactions_in(number))


@pytest.mark.parametrize(
    ("changes", "is_proven"),
    [({}, True), ({"chain_id": 0}, True), ({"chain_id": 1}, False), ({"nonce": 1}, False), ({"signer": BOB}, False)],
    ids=str,
)
def test_an_authorization_is_proof_for_its_signer_its_nonce_and_its_chain(
    changes: dict[str, Any],
    is_proven: bool,  # noqa: FBT001  # a parameter
) -> None:
    if "signer" in changes:
        changes = {"signer": BOB.address}
    chain = used_at(20, newest=40, final=30, by="an authorization")

    proof = Witness(authorized(chain, **changes)).consumption(ALICE.address, 0, [])

    assert (proof is not None) == is_proven
    assert proof is None or (proof.transaction_hash, proof.is_by_authorization) == ("0x" + "44" * 32, True)


def test_a_stale_authorization_in_another_block_is_no_proof() -> None:
    """Our own transaction used the nonce in block 15, and its receipt is not shown; block 20 carries a stale one."""
    chain = used_at(15, newest=40, final=30)

    for node in (authorized(chain), forgetful(authorized(chain), states=22)):
        assert looks(Witness(node), [read(foreign(0)).hash]) is None


def test_a_body_of_another_block_is_no_proof() -> None:
    chain = used_at(20, newest=40, final=30)
    strayed = tuple(replace(mined, block_hash=chain.blocks[21].hash) for mined in chain.transactions_in(20))

    assert looks(Witness(chain)) == 1
    assert looks(Witness(chain.bent(transactions_in=lambda _: strayed))) is None


@pytest.mark.parametrize("told_by", ["chain id", "first block"])
@pytest.mark.parametrize("away", [{1}, {2}, {1, 2}, {3, 4}], ids=str)
def test_a_node_that_is_on_another_chain_before_or_after_has_no_vote(told_by: str, away: set[int]) -> None:
    chain = used_at(20, newest=40, final=30)
    asked: list[str] = []

    def seen(here: Any, elsewhere: Any) -> Any:
        asked.append(told_by)
        return elsewhere if len(asked) in away else here

    first = chain.blocks[0].hash
    node = chain.bent(
        **(
            {"chain_id": lambda: seen(31337, 1)}
            if told_by == "chain id"
            else {
                "block_hashes": lambda numbers: (
                    seen([first], ["0x0"]) if numbers == [0] else chain.block_hashes(numbers)
                )
            }
        )
    )

    assert (Witness(node, first).consumption(ALICE.address, 0, []) is None) == bool(away & {1, 2})


def test_an_address_that_leads_to_another_chain_for_a_while_causes_no_second_payment() -> None:
    """There others used the nonce, and it is final there."""
    bench, other = Bench(), used_at(20, newest=40, final=40)
    names = ("nonce", "receipts", "transactions_in", "finalized_number", "safe_number", "block_hashes", "fee_history")

    def led(name: str) -> Callable[..., Any]:
        def ask(*given: Any, **named: Any) -> Any:
            node = other if 10 < bench.clock.now < 90 else bench.chain
            return getattr(node, name)(*given, **named)

        return ask

    for second in range(100, 300, 10):
        bench.later(second, bench.chain.mine)
    view = bench.chain.bent(**{name: led(name) for name in names})

    assert bench.manager_of(view, bench.journal).send(CALL, signer=ALICE, ref="order-1").succeeded

    assert "CONSUMED" not in bench.happenings()
    assert bench.times_done(CALL) == 1
    check(bench)


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_receipt_that_one_node_makes_up_is_never_final_where_honest_ones_are_asked(
    succeeded: bool,  # noqa: FBT001  # a parameter
) -> None:
    bench = Bench(waiting=replace(WAITING, finality_seconds=400))
    bench.chain.mine(20)
    bench.make_final()
    block = bench.chain.blocks[15]

    def made_up(hashes: Sequence[str]) -> list[Receipt]:
        said = Receipt("", 15, block.hash, succeeded, 30_000, GWEI, None, ())
        return [replace(said, transaction_hash=hash_) for hash_ in hashes]

    liar = bench.chain.bent(receipts=made_up)
    manager = bench.manager_of(liar, bench.journal, witnesses=[bench.chain.bent(), bench.chain.bent()])

    with pytest.raises(OutcomeUnknown, match="not final"):
        manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert kept(bench).stage is not Stage.FINALIZED
    assert bench.chain.mined == {}


def test_a_receipt_made_up_once_is_found_out_when_it_should_be_final_and_the_payment_is_made() -> None:
    """The only node shows it once, in a block that stands; from then on it says what is so."""
    bench = Bench()
    bench.chain.mine(20)
    bench.later(30, bench.chain.mine)
    bench.later(40, bench.make_final)
    block = bench.chain.blocks[15]

    def receipts(hashes: Sequence[str]) -> list[Receipt | None]:
        if bench.clock.now > 5:
            return bench.chain.receipts(hashes)
        return [Receipt(hash_, 15, block.hash, False, 30_000, GWEI, None, ()) for hash_ in hashes]  # noqa: FBT003  # short

    bench.later(10, lambda: setattr(bench.chain, "final", 15))
    liar = bench.chain.bent(receipts=receipts)
    manager = bench.manager_of(liar, bench.journal)
    assert manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED).block_number > 15

    assert bench.happenings() == ["SIGNED", "MINED", "REORGED", "MINED", "FINALIZED"]
    assert bench.times_done(CALL) == 1
    check_all_final(bench, ["order-1"])


def test_on_a_real_chain_an_authorization_that_used_the_nonce_is_the_proof() -> None:
    with AnvilProcess("--slots-in-an-epoch", "1") as process:
        world = new_world(AnvilChain.at(process.url))
        bob, sponsor = world.address("bob"), world.address("upgrader")
        at, sponsored_at = world.chain.nonce(bob), world.chain.nonce(sponsor)
        delegate(world, "bob", world.coin.address)
        carrier = world.chain.transactions_in(world.chain.block().number)[0].hash
        world.chain.mine(3)
        witness = Witness(world.chain, world.chain.block(0).hash)

        proof = witness.consumption(bob, at, [])

        assert world.chain.nonce(bob) == at + 1
        assert proof is not None
        assert (proof.transaction_hash, proof.is_by_authorization) == (carrier, True)
        by_sponsor = witness.consumption(sponsor, sponsored_at, [])
        assert by_sponsor is not None
        assert (by_sponsor.transaction_hash, by_sponsor.is_by_authorization) == (carrier, False)
        assert witness.consumption(sponsor, sponsored_at, [carrier]) is None
