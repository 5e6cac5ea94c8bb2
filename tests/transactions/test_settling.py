"""What becomes of mined intents

when their blocks stand: safe and final as those blocks are, and not a block earlier
when a block was undone: each intent of it is looked up anew, also if later blocks stand
when it is in another block, or another attempt is: the receipt is the new one
when it is nowhere: open again
when the node tells otherwise of a final block than it did: its new word counts, or what the block holds
when nothing changed: nothing is recorded, and little is asked
when there are very many: the newest are looked at too
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.errors import Unreachable
from stablecoin_tools.transactions import Change, Happening, Order, Stage
from stablecoin_tools.transactions.settling import settle
from stablecoin_tools.transactions.witnesses import Witnesses
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, call_of, check, check_all_final, foreign, kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.transactions import Intent


def mined(bench: Bench, *refs: str, blocks: int = 0) -> list[Intent]:
    """Intents of alice, each in a block of its own, and so many blocks on top."""
    for ref in refs:
        bench.manager.send(call_of(ref), signer=ALICE, ref=ref)
    bench.chain.mine(blocks)
    return [kept(bench, ref) for ref in refs]


def settled(
    bench: Bench, intents: Sequence[Intent], *, chain: Any = None, witnesses: Witnesses | None = None
) -> list[Change]:
    chain = chain if chain is not None else bench.chain
    return settle(intents, chain, witnesses or Witnesses([chain]), WAITING, 0)


def told(changes: Sequence[Change]) -> dict[str, tuple[Happening, Stage]]:
    return {change.intent.reference: (change.what, change.intent.stage) for change in changes}


def test_each_is_as_safe_and_as_final_as_its_block() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b", "c")  # in blocks 11, 12, 13
    bench.chain.final, bench.chain.safe = 11, 12

    changes = settled(bench, intents)

    assert told(changes) == {"a": (Happening.FINALIZED, Stage.FINALIZED), "b": (Happening.SAFE, Stage.SAFE)}
    assert all(change.intent.receipt == kept(bench, change.intent.reference).receipt for change in changes)


def test_nothing_new_is_nothing_to_record() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b", blocks=3)

    assert settled(bench, intents) == []
    assert settled(bench, []) == []


def test_safe_is_recorded_once() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a")
    bench.chain.safe = 11

    (change,) = settled(bench, intents)

    assert settled(bench, [change.intent]) == []


def test_what_is_nowhere_is_open_again_and_says_which_block_was_undone() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b")
    bench.chain.undo()

    changes = settled(bench, intents)

    assert told(changes) == dict.fromkeys(("a", "b"), (Happening.REORGED, Stage.PENDING))
    for change, before in zip(changes, intents, strict=True):
        assert change.intent.receipt is None
        assert (change.intent.nonce, change.intent.candidates) == (before.nonce, before.candidates)
        assert before.receipt is not None
        assert before.receipt.block_hash in change.why


def test_a_safe_one_falls_back_as_a_mined_one_does() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a")
    bench.chain.safe = 100
    intents = [change.intent for change in settled(bench, intents)]
    assert intents[0].stage is Stage.SAFE
    bench.chain.reorg(1, {0: [bench.chain.published[0]]})

    (change,) = settled(bench, intents)

    assert (change.what, change.intent.stage) == (Happening.MINED, Stage.MINED)
    assert change.intent.receipt == bench.chain.mined[intents[0].transaction_hashes[0]]


def test_what_is_in_another_block_has_the_new_receipt() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b", blocks=1)
    bench.chain.reorg(3, {1: bench.chain.published[:1], 2: bench.chain.published[1:]})
    bench.chain.final = bench.chain.number

    changes = settled(bench, intents)

    assert told(changes) == dict.fromkeys(("a", "b"), (Happening.MINED, Stage.MINED))
    for change in changes:
        assert change.intent.receipt == bench.chain.mined[change.intent.transaction_hashes[0]]
        assert settled(bench, [change.intent])[0].intent.stage is Stage.FINALIZED


@pytest.mark.parametrize("replaced_by", ["others", "another attempt"])
def test_a_block_that_was_undone_is_noticed_though_a_later_one_of_the_new_fork_stands(replaced_by: str) -> None:
    """The later intent is mined and recorded after the reorganisation, before the earlier one is looked at again."""
    bench = Bench()
    bench.clock.at(60, bench.chain.mine)  # after a higher offer
    bench.manager.send(call_of("a"), signer=ALICE, ref="a")
    before, first = kept(bench, "a"), kept(bench, "a").candidates[0].signed_transaction
    bench.chain.reorg(1, {0: [foreign(0) if replaced_by == "others" else first]})
    bench.chain.mines_at_once = True
    bench.manager.send(call_of("b"), signer=ALICE, ref="b")
    bench.chain.mine()
    bench.chain.safe = bench.chain.number

    changes = told(settled(bench, [before, kept(bench, "b")]))

    assert changes["b"] == (Happening.SAFE, Stage.SAFE)
    assert changes["a"] == (
        (Happening.REORGED, Stage.PENDING) if replaced_by == "others" else (Happening.MINED, Stage.MINED)
    )


@cache
def eight() -> tuple[Bench, list[Intent]]:
    """Eight intents in eight blocks."""
    bench = Bench(mines_at_once=True)
    return bench, mined(bench, *(f"r{number}" for number in range(8)))


@given(
    undone=st.integers(0, 8),
    again=st.lists(st.sampled_from(["same place", "elsewhere", "nowhere"]), min_size=8, max_size=8),
    final=st.integers(8, 20),
    safe=st.integers(8, 20),
)
@settings(max_examples=150)
def test_whatever_was_undone_what_is_said_is_so(undone: int, again: list[str], final: int, safe: int) -> None:
    """The newest blocks are undone; some of what they held is mined again, in nonce order."""
    bench, intents = eight()
    chain = bench.chain.copied()
    chain.reorg(undone)
    for place in range(8 - undone, 8):
        if again[place] == "nowhere":
            break
        if again[place] == "elsewhere":
            chain.add_block()
        chain.add_block([chain.published[place]])
    chain.final, chain.safe = min(final, 18 - undone), safe

    changes = {change.intent.reference: change.intent for change in settled(bench, intents, chain=chain)}

    for before in intents:
        after = changes.get(before.reference, before)
        (hash_,) = before.transaction_hashes
        assert after.receipt == chain.mined.get(hash_)
        if after.receipt is None:
            assert after.stage is Stage.PENDING
            continue
        number = after.receipt.block_number
        reached = Stage.FINALIZED if number <= chain.final else Stage.SAFE if number <= safe else Stage.MINED
        assert reached.reaches(after.stage)  # where something was undone, it may take one more look
        assert undone or after.stage is reached


def unlike(bench: Bench, intents: Sequence[Intent], how: str) -> tuple[Any, list[Intent]]:
    """A node that tells now what it did not tell when the intents were found mined."""
    if how == "it hides receipts":
        return bench.chain.bent(receipts=lambda hashes: [None for _ in hashes]), list(intents)
    told = [intent.receipt for intent in intents if intent.receipt is not None]
    before = {
        "it was refused": [replace(receipt, succeeded=False) for receipt in told],
        "it is in another block": [replace(told[0], block_number=10, block_hash=bench.chain.blocks[10].hash)],
        "it is in no block": [replace(receipt, transaction_hash="0x" + "55" * 32) for receipt in told],
    }[how]
    return bench.chain, [replace(intent, receipt=receipt) for intent, receipt in zip(intents, before, strict=True)]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("it was refused", [(Happening.MINED, Stage.MINED)]),
        ("it is in another block", [(Happening.MINED, Stage.MINED)]),
        ("it is in no block", [(Happening.MINED, Stage.MINED)]),
        ("it hides receipts", []),
    ],
)
def test_what_the_node_told_before_is_not_final_where_it_tells_otherwise_now(how: str, expected: list[Any]) -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.mine()
    node, intents = unlike(bench, mined(bench, "a"), how)
    bench.chain.final = 12

    changes = settled(bench, intents, chain=node)

    assert [(change.what, change.intent.stage) for change in changes if change.what is not Happening.SAFE] == expected
    for change in changes:
        if change.what is Happening.MINED:
            assert change.intent.receipt == kept(bench, "a").receipt
            assert told(settled(bench, [change.intent])) == {"a": (Happening.FINALIZED, Stage.FINALIZED)}


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_payment_is_open_again_only_if_the_final_block_is_read_and_does_not_hold_it(
    is_readable: bool,  # noqa: FBT001  # a parameter
) -> None:
    bench = Bench(mines_at_once=True)
    (intent,) = mined(bench, "a")
    bench.chain.undo()
    assert intent.receipt is not None
    bench.chain.mine()
    bench.chain.final = 11
    made_up = replace(intent, receipt=replace(intent.receipt, block_hash=bench.chain.blocks[11].hash))

    def gone(*_: Any) -> Any:
        raise Unreachable("gone")

    node = bench.chain if is_readable else bench.chain.bent(transactions_in=gone)
    changes = settled(bench, [made_up], chain=node)

    reopened = [change for change in changes if change.what is Happening.REORGED]
    assert [change.intent.stage for change in reopened] == ([Stage.PENDING] if is_readable else [])
    assert all("does not hold it" in change.why for change in reopened)
    assert all(change.intent.stage is not Stage.FINALIZED for change in changes)


def test_one_that_other_nodes_do_not_confirm_stays_as_it_is() -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b")
    bench.chain.final = 12
    behind = bench.chain.bent(finalized_number=lambda: 11)

    changes = settled(bench, intents, witnesses=Witnesses([bench.chain, behind], 2))

    assert told(changes) == {"a": (Happening.FINALIZED, Stage.FINALIZED), "b": (Happening.SAFE, Stage.SAFE)}


@pytest.mark.parametrize(("final", "most"), [(0, 3), (100, 10)])
def test_little_is_asked_for_many(final: int, most: int) -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, *(f"r{number}" for number in range(20)))
    asked: list[str] = []

    def counted(name: str) -> Any:
        def ask(*arguments: Any) -> Any:
            asked.append(name)
            return getattr(bench.chain, name)(*arguments)

        return ask

    bench.chain.final = final
    names = ("chain_id", "finalized_number", "safe_number", "block_hashes", "receipts", "block", "transactions_in")
    node = bench.chain.bent(**{name: counted(name) for name in names})
    witnesses = Witnesses([node])
    asked.clear()

    assert len(settled(bench, intents, chain=node, witnesses=witnesses)) == (20 if final else 0)

    assert len(asked) <= most


@pytest.mark.parametrize("method", ["finalized_number", "safe_number", "block_hashes", "receipts"])
def test_a_chain_that_cannot_be_read_changes_nothing(method: str) -> None:
    bench = Bench(mines_at_once=True)
    intents = mined(bench, "a", "b")
    bench.chain.undo()

    def gone(*_: Any) -> Any:
        raise Unreachable("gone")

    with pytest.raises(Unreachable):
        settled(bench, intents, chain=bench.chain.bent(**{method: gone}), witnesses=Witnesses([bench.chain]))


def test_a_node_that_lags_behind_the_block_costs_a_look_and_never_a_nonce() -> None:
    """It knows neither block nor receipt: the intent is open again, published again, and found again."""
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    lagging = bench.chain.bent(
        block_hashes=lambda numbers: [None for _ in numbers],
        receipts=lambda hashes: [None for _ in hashes],
        finalized_number=lambda: 0,
    )
    (change,) = settled(bench, [kept(bench)], chain=lagging)
    assert (change.what, change.intent.nonce) == (Happening.REORGED, 0)

    bench.chain.final = 100
    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    check_all_final(bench, ["order-1"])


def test_of_very_many_the_newest_are_looked_at_too() -> None:
    bench = Bench(mines_at_once=True)
    orders = [Order(call_of(f"r{number}"), f"r{number}") for number in range(520)]
    assert all(outcome.receipt for outcome in bench.manager.send_all(orders, signer=ALICE))
    bench.chain.reorg(10)
    assert bench.chain.used_nonces[ALICE.address] == 510

    bench.clock.sleep(60)
    bench.another().send(CALL, signer=ALICE, ref="one more")

    assert bench.chain.used_nonces[ALICE.address] == 521
    check(bench)
