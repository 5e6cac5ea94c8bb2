"""What comes between

when an outcome is unknown: the sender's next intents go on behind it, in the order of their nonces
when waiting is interrupted: OutcomeUnknown
when one reference, or two, are asked for at the same time: each is mined once
when the process ends at any step of a send, a batch or a cancellation: another goes on after the lease, to the same end
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import Cancelled, OutcomeUnknown
from stablecoin_tools.transactions import Order, Stage
from tests.transactions.bench import (
    ALICE,
    BOB,
    CALL,
    QUICK,
    Bench,
    Crash,
    Crashing,
    busy,
    call_of,
    check,
    check_all_final,
    check_log,
    kept,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from stablecoin_tools.transactions import TransactionManager


def test_an_unknown_outcome_blocks_nobody() -> None:
    bench = Bench()
    for ref, signer in (("order-1", ALICE), ("order-2", ALICE), ("order-3", BOB)):
        with pytest.raises(OutcomeUnknown):
            bench.manager.send(call_of(ref), signer=signer, ref=ref)
    assert [kept(bench, ref).nonce for ref in ("order-1", "order-2", "order-3")] == [0, 1, 0]

    bench.chain.mine(2)

    assert bench.manager.resume("order-2", signer=ALICE).succeeded
    assert bench.manager.resume("order-1", signer=ALICE).succeeded
    assert bench.manager.resume("order-3", signer=BOB).succeeded
    assert bench.chain.used_nonces == {ALICE.address: 2, BOB.address: 1}
    check(bench)


def test_the_next_send_publishes_again_what_the_pool_forgot_before_it() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(call_of("order-1"), signer=ALICE, ref="order-1")
    bench.chain.pool.clear()
    bench.later(20, lambda: bench.chain.mine(2))

    assert bench.another().send(call_of("order-2"), signer=ALICE, ref="order-2").succeeded

    assert bench.times_done(call_of("order-1")) == 1
    check(bench)


def test_an_intent_that_was_mined_meanwhile_is_noticed_by_the_next() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.mine()
    bench.chain.mines_at_once = True

    assert bench.manager.send(CALL, signer=ALICE, ref="order-2").succeeded
    assert kept(bench).stage is Stage.MINED
    assert bench.chain.used_nonces[ALICE.address] == 2


def test_two_references_at_the_same_time_are_two_transactions() -> None:
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(account: Address, *, block: int | str = "pending") -> int:
        nonce = bench.chain.nonce(account, block=block)
        if is_first:
            is_first.clear()
            overtaken.send(CALL, signer=ALICE, ref="order-2")
        return nonce

    overtaken = bench.manager_of(bench.chain.bent(nonce=meanwhile), bench.journal)
    overtaken.send(CALL, signer=ALICE, ref="order-1")

    assert len(bench.chain.mined) == 2
    assert kept(bench, "order-1").nonce != kept(bench, "order-2").nonce
    check(bench)


@pytest.mark.parametrize("by", ["the same process", "another process"])
def test_the_same_reference_at_the_same_time_is_one_transaction(by: str) -> None:
    """As when two ask at once: the second begins and ends while the first still reads the chain."""
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(call: Call, *, sender: Address) -> int:
        if is_first:
            is_first.clear()
            second = overtaken if by == "the same process" else bench.another()
            receipts.append(second.send(CALL, signer=ALICE, ref="order-1"))
        return bench.chain.estimate_gas(call, sender=sender)

    overtaken = bench.manager_of(bench.chain.bent(estimate_gas=meanwhile), bench.journal)
    receipts = []
    receipts.append(overtaken.send(CALL, signer=ALICE, ref="order-1"))

    assert receipts[0] == receipts[1]
    assert len(bench.chain.mined) == 1
    check(bench)


@pytest.mark.parametrize("where", ["publish", "receipt", "sleep", "bump"])
def test_an_interrupt_while_waiting_is_an_unknown_outcome(where: str) -> None:
    bench = Bench()

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    chain: Any = bench.chain
    if where == "sleep":
        bench.clock.at(3, interrupted)
    elif where == "bump":
        reads = iter([bench.chain.history])
        chain = chain.bent(fee_history=lambda: next(reads, None) or interrupted())
    else:
        chain = chain.bent(**{where: interrupted})

    with pytest.raises(OutcomeUnknown, match="interrupted") as unknown:
        bench.manager_of(chain, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert unknown.value.transaction_hashes
    bench.chain.mines_at_once = True
    assert bench.manager.resume("order-1", signer=ALICE).transaction_hash in kept(bench).transaction_hashes
    assert len(bench.chain.mined) == 1
    check(bench)


def test_an_interrupt_before_anything_was_written_is_an_interrupt() -> None:
    bench = Bench()

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.manager_of(bench.chain.bent(estimate_gas=interrupted), bench.journal).send(CALL, signer=ALICE, ref="r")

    assert bench.journal.find(bench.name, "r") is None
    assert bench.chain.published == []


# Crashes. The process ends before, or just after, any one of its calls to chain, journal and signer; another process
# goes on once the lease has ended, and reaches the same end as if nothing had been.


def send_one(manager: TransactionManager, signer: Any) -> None:
    manager.send(call_of("r-0"), signer=signer, ref="r-0", until=Stage.FINALIZED)


def send_several(manager: TransactionManager, signer: Any) -> None:
    orders = [Order(call_of(f"r-{number}"), f"r-{number}") for number in range(5)]
    for outcome in manager.send_all(orders, signer=signer, until=Stage.FINALIZED):
        outcome.result()


def cancel_one(manager: TransactionManager, signer: Any) -> None:
    try:
        manager.send(call_of("r-0"), signer=signer, ref="r-0", until=Stage.FINALIZED)
    except (OutcomeUnknown, Cancelled):
        manager.cancel("r-0", signer=signer, until=Stage.FINALIZED)


@pytest.mark.parametrize(
    ("story", "first_block_in", "least_crashes"), [(send_one, 5, 30), (send_several, 5, 50), (cancel_one, 16, 60)]
)
def test_a_crash_at_any_step_and_another_process_reaches_the_same_end(
    story: Callable[[TransactionManager, Any], None], first_block_in: int, least_crashes: int
) -> None:
    bench = Bench()
    for calls in itertools.count():
        bench = Bench(waiting=QUICK, after=bench)
        busy(bench, first_block_in=first_block_in)
        crashing = Crashing(calls)
        try:
            first = bench.manager_of(crashing.around(bench.chain), crashing.around(bench.journal))
            story(first, crashing.around(ALICE))
        except Crash:
            pass
        else:
            break
        check(bench)

        story(bench.another(), ALICE)

        intents = bench.journal.newest(bench.name, limit=100)
        if story is cancel_one:
            check(bench)
            (intent,) = intents
            assert intent.stage in (Stage.FINALIZED, Stage.CANCELLED), f"crashed after {calls} calls"
            assert bench.times_done(call_of("r-0")) == (not intent.was_cancelled)
        else:
            assert len(intents) == (1 if story is send_one else 5)
            check_all_final(bench, [f"r-{number}" for number in range(len(intents))])
        assert bench.chain.used_nonces[ALICE.address] == len(intents), f"crashed after {calls} calls"
    assert calls > least_crashes
    check_log(bench)
