"""send_all(orders): many things, each once

when there are more orders than may be in flight: nonces in their order, never more than that many under way
when one reference is asked for twice: the same outcome twice, or a conflict
when one is refused, reverts, or cannot be paid: the others are done
when the consumer stops: what was signed is in the journal, and another process finishes it
when the lane is full of what others left: said so in the usual time
when threads send at once: all is done once
"""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import (
    Moved,
    NotEnoughGasMoney,
    OutcomeUnknown,
    ReferenceConflict,
    Reverted,
    StablecoinError,
    Unreachable,
    UsageError,
)
from stablecoin_tools.reverts import BaseUnits, ERC20InsufficientBalance, UnknownRevert
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import Order, Stage
from tests.chain.bent import bent
from tests.transactions.bench import (
    ALICE,
    CALL,
    IN_REAL_TIME,
    WAITING,
    Bench,
    busy,
    call_of,
    check,
    check_all_final,
    check_log,
    kept,
    orders,
)
from tests.transactions.fake_chain import GWEI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from stablecoin_tools.transactions import Outcome

FEW = replace(WAITING, in_flight=4)


def names(count: int) -> list[str]:
    return [f"r{number}" for number in range(count)]


def outcomes(bench: Bench, wanted: Any, **settings: Any) -> dict[str, Outcome]:
    found = list(bench.manager.send_all(wanted, signer=ALICE, **settings))
    assert len({outcome.reference for outcome in found}) == len(found)
    return {outcome.reference: outcome for outcome in found}


def test_nonces_are_given_in_the_order_of_the_orders() -> None:
    bench = Bench(mines_at_once=True)

    found = outcomes(bench, orders(*names(10)))

    assert [kept(bench, name).nonce for name in names(10)] == list(range(10))
    assert all(found[name].result() == kept(bench, name).receipt for name in names(10))
    check(bench)


def test_no_more_than_may_be_in_flight_are_under_way_and_all_are_done() -> None:
    bench = Bench(waiting=FEW)
    busy(bench, first_block_in=1)
    most = 0

    def counted() -> Iterator[Order]:
        nonlocal most
        for order in orders(*names(30)):
            under_way = bench.journal.newest(bench.name, stages=[Stage.PENDING], limit=100)
            most = max(most, len(under_way))
            yield order

    found = outcomes(bench, counted(), until=Stage.FINALIZED)

    assert len(found) == 30
    assert most <= 4
    check_all_final(bench, names(30))
    check_log(bench)


def test_orders_are_taken_as_there_is_room_so_that_there_may_be_any_number() -> None:
    bench = Bench(waiting=FEW, mines_at_once=True)
    taken = itertools.count()

    def endless() -> Iterator[Order]:
        for number in taken:
            yield Order(call_of(f"r{number}"), f"r{number}")

    stream = bench.manager.send_all(endless(), signer=ALICE)
    first = list(itertools.islice(stream, 9))
    stream.close()

    assert all(outcome.receipt for outcome in first)
    assert next(taken) <= 9 + 4 + 1


def test_orders_without_a_reference_get_one_of_their_own() -> None:
    bench = Bench(mines_at_once=True)

    found = list(bench.manager.send_all([Order(CALL), Order(CALL)], signer=ALICE))

    assert len({outcome.reference for outcome in found}) == 2
    assert bench.times_done(CALL) == 2


@pytest.mark.parametrize("ref", ["", "\ud800", "x" * 201, "line\nbreak"])
def test_what_is_no_reference_is_no_order(ref: str) -> None:
    with pytest.raises(UsageError):
        Order(CALL, ref)


def test_no_orders_are_no_outcomes_and_no_questions() -> None:
    bench = Bench()

    assert (
        list(
            bench.manager_of(
                bent(object(), network=bench.chain.network, block=bench.chain.block), bench.journal
            ).send_all([], signer=ALICE)
        )
        == []
    )


def test_a_reference_that_is_asked_for_twice_has_the_same_outcome_twice() -> None:
    bench = Bench(mines_at_once=True)

    first, second, other = bench.manager.send_all(orders("a", "a", "b"), signer=ALICE)

    assert sorted([first.reference, second.reference, other.reference]) == ["a", "a", "b"]
    receipts = {outcome.reference: outcome.result() for outcome in (first, second, other)}
    assert len(receipts) == 2
    assert bench.times_done(call_of("a")) == 1
    check(bench)


def test_a_reference_that_comes_again_later_in_the_stream_has_its_outcome_again() -> None:
    bench = Bench(waiting=FEW)
    busy(bench, first_block_in=1)

    found = list(bench.manager.send_all(orders(*names(6), "r0", *names(3)), signer=ALICE))

    assert Counter(outcome.reference for outcome in found) == Counter([*names(6), "r0", *names(3)])
    assert len({outcome.result().transaction_hash for outcome in found}) == 6
    check(bench)


def test_a_reference_with_another_payload_is_a_conflict_and_the_first_is_done() -> None:
    bench = Bench(mines_at_once=True)
    wanted = [Order(call_of("a"), "x"), Order(call_of("b"), "x"), Order(call_of("c"), "y")]

    found = list(bench.manager.send_all(wanted, signer=ALICE))

    (conflict,) = [outcome for outcome in found if outcome.error]
    assert isinstance(conflict.error, ReferenceConflict)
    assert conflict.error.moved is Moved.NO
    assert [bench.times_done(call_of(name)) for name in "abc"] == [1, 0, 1]
    check(bench)


def refusing(bench: Bench, *refused: str) -> Any:
    """The chain, whose contract refuses these calls when asked before sending."""

    def estimate_gas(call: Call, *, sender: Address) -> int:
        if call.data.decode() in refused:
            raise ERC20InsufficientBalance(sender=sender, balance=BaseUnits(0), needed=BaseUnits(1))
        return bench.chain.estimate_gas(call, sender=sender)

    return bench.chain.bent(estimate_gas=estimate_gas)


def test_what_is_refused_before_sending_stops_no_other_and_takes_no_nonce() -> None:
    bench = Bench(mines_at_once=True)
    manager = bench.manager_of(refusing(bench, "r1", "r3"), bench.journal)

    found = {outcome.reference: outcome for outcome in manager.send_all(orders(*names(5)), signer=ALICE)}

    for name in ("r1", "r3"):
        assert isinstance(found[name].error, ERC20InsufficientBalance)
        assert bench.journal.find(bench.name, name) is None
    assert [kept(bench, name).nonce for name in ("r0", "r2", "r4")] == [0, 1, 2]
    assert all(found[name].receipt for name in ("r0", "r2", "r4"))
    check(bench)


def test_a_reference_that_was_refused_is_free_for_another_call_of_the_same_batch() -> None:
    bench = Bench(mines_at_once=True)
    manager = bench.manager_of(refusing(bench, "bad"), bench.journal)

    list(manager.send_all([Order(call_of("bad"), "x")], signer=ALICE))
    (found,) = manager.send_all([Order(call_of("good"), "x")], signer=ALICE)

    assert found.receipt
    assert bench.times_done(call_of("good")) == 1


def test_what_reverts_on_the_chain_stops_no_other_and_is_refused_each_time() -> None:
    bench = Bench()
    mine = bench.chain.mine

    def mine_with_one_refused() -> None:
        mine()
        for hash_, receipt in list(bench.chain.mined.items()):
            if hash_ in kept(bench, "r1").transaction_hashes:
                bench.chain.mined[hash_] = replace(receipt, succeeded=False)

    bench.clock.at(2, mine_with_one_refused)
    found = outcomes(bench, orders(*names(3)))

    assert [type(found[name].error) for name in names(3)] == [type(None), UnknownRevert, type(None)]
    assert found["r1"].receipt is None
    with pytest.raises(Reverted) as refused:
        bench.manager.send(call_of("r1"), signer=ALICE, ref="r1")
    assert refused.value.transaction_hash in kept(bench, "r1").transaction_hashes
    check(bench)


def test_when_the_money_is_not_enough_for_all_the_last_are_told_so() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.balance = 3 * 50_000 * 3 * GWEI + 1  # for three of five

    found = outcomes(bench, orders(*names(5)))

    assert [name for name in names(5) if found[name].receipt] == names(3)
    for name in names(5)[3:]:
        assert isinstance(found[name].error, NotEnoughGasMoney)
        assert bench.journal.find(bench.name, name) is None
    check(bench)


def test_a_large_order_that_cannot_be_paid_leaves_the_small_ones_after_it() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.balance = 2 * 50_000 * 3 * GWEI + 10
    large = Order(replace(call_of("large"), value_wei=10**18), "large")

    found = outcomes(bench, [*orders("a"), large, *orders("b")])

    assert isinstance(found["large"].error, NotEnoughGasMoney)
    assert found["a"].receipt
    assert found["b"].receipt


def test_a_chain_that_cannot_be_read_refuses_the_batch_and_writes_nothing() -> None:
    bench = Bench(mines_at_once=True)

    def gone(*_: Any, **__: Any) -> Any:
        raise Unreachable("gone")

    manager = bench.manager_of(bench.chain.bent(fee_history=gone), bench.journal)
    found = list(manager.send_all(orders(*names(3)), signer=ALICE))

    assert [type(outcome.error) for outcome in found] == [Unreachable] * 3
    assert bench.journal.newest(bench.name, limit=10) == []


def test_a_consumer_that_stops_leaves_everything_to_the_next_process() -> None:
    bench = Bench(waiting=FEW)
    busy(bench, first_block_in=1)
    stream = bench.manager.send_all(orders(*names(10)), signer=ALICE)
    next(stream)
    stream.close()
    begun = [intent.reference for intent in bench.journal.newest(bench.name, limit=100)]
    assert 4 <= len(begun) < 10
    bench.chain.pool.clear()

    found = list(bench.another().send_all(orders(*names(10)), signer=ALICE, until=Stage.FINALIZED))

    assert all(outcome.receipt for outcome in found)
    check_all_final(bench, names(10))
    assert bench.chain.used_nonces[ALICE.address] == 10


def test_orders_that_fail_to_come_leave_what_was_signed_to_the_next_process() -> None:
    bench = Bench(waiting=FEW)

    def broken() -> Iterator[Order]:
        yield from orders(*names(5))
        raise OSError("the file ends here")

    busy(bench, first_block_in=3)
    with pytest.raises(OSError, match="ends here"):
        list(bench.manager.send_all(broken(), signer=ALICE))

    found = list(bench.another().send_all(orders(*names(5)), signer=ALICE, until=Stage.FINALIZED))
    assert all(outcome.receipt for outcome in found)
    check_all_final(bench, names(5))


def test_an_outcome_that_stays_unknown_is_said_of_each_and_nothing_is_lost() -> None:
    bench = Bench(waiting=FEW)

    found = outcomes(bench, orders(*names(4)))

    for name in names(4):
        error = found[name].error
        assert isinstance(error, OutcomeUnknown)
        assert error.transaction_hashes == kept(bench, name).transaction_hashes
    bench.chain.mine(5)
    assert all(outcome.receipt for outcome in outcomes(bench, orders(*names(4))).values())
    check(bench)


@pytest.mark.parametrize("by", ["send", "send_all"])
def test_a_lane_that_is_full_of_what_nobody_mines_ends_the_wait_in_the_usual_time(by: str) -> None:
    bench = Bench(waiting=FEW)
    outcomes(bench, orders(*names(4)))
    began_at, late = bench.clock.now, bench.another()
    stream = late.send_all(orders("late"), signer=ALICE)
    with pytest.raises(StablecoinError) as ended:
        late.send(call_of("late"), signer=ALICE, ref="late") if by == "send" else next(stream).result()
    stream.close()

    assert bench.clock.now - began_at <= 2 * FEW.timeout_seconds
    intent = bench.journal.find(bench.name, "late")
    assert isinstance(ended.value, OutcomeUnknown) if intent is not None else ended.value.moved is Moved.NO
    busy(bench, first_block_in=1)
    assert bench.another().send(call_of("late"), signer=ALICE, ref="late").succeeded
    check(bench)


@pytest.mark.parametrize("by", ["send", "resume", "send_all", "cancel"])
def test_what_is_under_way_in_a_full_lane_is_resumed_and_never_said_not_to_be_sent(by: str) -> None:
    bench = Bench(waiting=FEW)
    outcomes(bench, orders(*names(4)))
    late = bench.another(waiting=replace(FEW, timeout_seconds=30))
    asked: dict[str, Callable[[], Any]] = {
        "send": lambda: late.send(call_of("r3"), signer=ALICE, ref="r3"),
        "resume": lambda: late.resume("r3", signer=ALICE),
        "send_all": lambda: next(
            one for one in late.send_all(orders("new", "r3"), signer=ALICE) if one.reference == "r3"
        ).result(),
        "cancel": lambda: late.cancel("r3", signer=ALICE),
    }

    with pytest.raises(OutcomeUnknown) as unknown:
        asked[by]()

    assert unknown.value.reference == "r3"
    assert unknown.value.transaction_hashes == kept(bench, "r3").transaction_hashes
    check(bench)


@pytest.mark.parametrize("senders", [1, 4])
def test_threads_share_a_manager_and_everything_is_done_once(senders: int) -> None:
    bench = Bench(mines_at_once=True)
    manager = bench.another(**IN_REAL_TIME)
    bench.chain.final = 10_000
    signers = [development_signer(index, bench.chain.network) for index in range(senders)]

    def send(thread: int) -> list[Outcome]:
        signer = signers[thread % senders]
        own = orders(*(f"t{thread}-{number}" for number in range(8)))
        shared = orders(*(f"s{thread % senders}-{number}" for number in range(4)))  # asked for by several threads
        return list(manager.send_all([*own, *shared], signer=signer, until=Stage.FINALIZED))

    with ThreadPoolExecutor(4) as threads:
        found = [outcome for batch in threads.map(send, range(4)) for outcome in batch]

    assert len(found) == 4 * 12
    assert [outcome for outcome in found if outcome.error] == []
    references = {outcome.reference for outcome in found}
    assert len(references) == 4 * 8 + senders * 4
    check_all_final(bench, sorted(references))
    check_log(bench)
    assert sum(bench.chain.used_nonces.values()) == len(references)
