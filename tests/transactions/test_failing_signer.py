"""A signer that refuses, or does not answer

when it refuses one of many: that one was not sent; the others are done, with no gap in their nonces
when it does not answer at all: it is asked once, and none of those behind was sent
when it refuses one that another process queued: that one stays queued, says why, and stops no other
when it refuses a higher offer: the first is published again, the error says why, and the others are offered more
when a no-op cannot be estimated: the offers of others are raised all the same
when it refuses the no-op of a cancellation: the outcome is unknown, as the payment is on its way
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import ConfigError, Moved, OutcomeUnknown, Unreachable
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.transactions import Intent, Stage
from stablecoin_tools.transactions.journal import Change, Happening
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, call_of, check, kept, orders
from tests.transactions.fake_chain import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from stablecoin_tools.signers import UnsignedTransaction

NO_ANSWER = "the signing service does not answer"
BRIEFLY = replace(WAITING, timeout_seconds=2)


class Unreliable:
    """Alice's signer, where it does not refuse."""

    def __init__(self, refuses: Callable[[UnsignedTransaction], bool]) -> None:
        self.address = ALICE.address
        self._refuses = refuses

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        if self._refuses(transaction):
            raise ConfigError(NO_ANSWER)
        return ALICE.sign_transaction(transaction)

    def sign_typed_data(self, *_: Any) -> Any:
        raise NotImplementedError


def refusing(reference: str) -> Unreliable:
    return Unreliable(lambda transaction: transaction.data == call_of(reference).data)


def left_unknown(bench: Bench, reference: str) -> None:
    """Signed and published by a process that did not wait."""
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=BRIEFLY).send(call_of(reference), signer=ALICE, ref=reference)


def test_one_of_many_that_is_refused_leaves_no_gap() -> None:
    bench = Bench(mines_at_once=True)
    names = [f"r-{number}" for number in range(6)]

    outcomes = {one.reference: one for one in bench.manager.send_all(orders(*names), signer=refusing("r-3"))}

    assert set(outcomes) == set(names)
    error = outcomes.pop("r-3").error
    assert isinstance(error, ConfigError)
    assert (str(error), error.moved) == (NO_ANSWER, Moved.NO)
    assert bench.journal.find(bench.name, "r-3") is None
    assert [outcomes[name].result().succeeded for name in names if name != "r-3"] == [True] * 5
    assert sorted(read(signed).nonce for signed in bench.chain.published) == [0, 1, 2, 3, 4]
    check(bench)


def test_one_that_does_not_answer_is_asked_once() -> None:
    """As a remote signer that is down: each question would be waited for."""
    bench = Bench(mines_at_once=True)
    asked: list[bytes] = []

    def sign_transaction(transaction: UnsignedTransaction) -> bytes:
        asked.append(transaction.data)
        if len(asked) > 2:
            raise Unreachable(NO_ANSWER)
        return ALICE.sign_transaction(transaction)

    names = [f"r-{number}" for number in range(6)]
    signer = bent(ALICE, sign_transaction=sign_transaction)
    outcomes = {one.reference: one for one in bench.manager.send_all(orders(*names), signer=signer)}

    assert len(asked) == 3
    assert [outcomes[name].error is None for name in names] == [True, True, False, False, False, False]
    assert {str(outcomes[name].error) for name in names[2:]} == {NO_ANSWER}
    assert all(bench.journal.find(bench.name, name) is None for name in names[2:])
    assert [bench.manager.send(call_of(name), signer=ALICE, ref=name).succeeded for name in names] == [True] * 6
    assert bench.chain.used_nonces[ALICE.address] == 6
    check(bench)


def test_one_that_others_queued_stops_nobody() -> None:
    bench = Bench(mines_at_once=True)
    queued = Intent("r-0", ALICE.address, call_of("r-0"), 50_000)
    bench.journal.queue(bench.name, ALICE.address, [Change(Happening.QUEUED, queued, is_new=True)])

    assert bench.manager.send(call_of("good"), signer=refusing("r-0"), ref="good").succeeded
    assert kept(bench, "r-0").stage is Stage.QUEUED
    with pytest.raises(OutcomeUnknown, match=NO_ANSWER):
        bench.another(waiting=BRIEFLY).resume("r-0", signer=refusing("r-0"))

    assert bench.another().resume("r-0", signer=ALICE).succeeded
    check(bench)


def test_a_higher_offer_that_is_refused_leaves_the_first_and_those_of_others() -> None:
    bench = Bench()
    seen: set[bytes] = set()

    def refuses(transaction: UnsignedTransaction) -> bool:
        is_second = transaction.data in seen
        seen.add(transaction.data)
        return is_second and transaction.data == call_of("r-0").data

    bench.later(60, bench.chain.pool.clear)
    outcomes = {one.reference: one for one in bench.manager.send_all(orders("r-0", "r-1"), signer=Unreliable(refuses))}

    assert NO_ANSWER in str(outcomes["r-0"].error)
    assert "BUMPED" not in bench.happenings("r-0")
    assert "BUMPED" in bench.happenings("r-1")
    pooled = {read(signed).nonce for signed in bench.chain.published[-4:]}
    assert 0 in pooled  # the pool forgot it, and it is published again
    bench.chain.mine(2)
    assert bench.another().resume("r-0", signer=ALICE).succeeded
    check(bench)


def test_a_no_op_that_cannot_be_estimated_stops_no_other_offer() -> None:
    """As when the account has been given code that takes no ether (EIP-7702)."""
    bench = Bench()
    left_unknown(bench, "r-0")
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=BRIEFLY).cancel("r-0", signer=ALICE)

    def estimate_gas(call: Call, *, sender: Address) -> int:
        if call.to == ALICE.address:
            raise UnknownRevert(b"")
        return bench.chain.estimate_gas(call, sender=sender)

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(bench.chain.bent(estimate_gas=estimate_gas), bench.journal).send(
            call_of("r-1"), signer=ALICE, ref="r-1"
        )
    assert "BUMPED" in bench.happenings("r-1")


def test_a_no_op_that_is_refused_leaves_the_outcome_unknown() -> None:
    bench = Bench()
    left_unknown(bench, "order-1")

    with pytest.raises(OutcomeUnknown, match=NO_ANSWER) as unknown:
        bench.manager.cancel("order-1", signer=Unreliable(lambda _: True))
    assert unknown.value.moved is Moved.UNKNOWN

    bench.chain.mine()
    assert bench.manager.resume("order-1", signer=ALICE).succeeded
    assert bench.times_done(call_of("order-1")) == 1
    assert bench.times_done(CALL) == 0
