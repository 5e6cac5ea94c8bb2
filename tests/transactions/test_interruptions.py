"""What comes between

when an outcome is unknown: the sender's next intent waits
when waiting is interrupted: OutcomeUnknown
when the process ends at any step and the reference is asked for again: mined once
when one reference is asked for twice at the same time: mined once
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import (
    Moved,
    NotSent,
    OutcomeUnknown,
    StablecoinError,
)
from stablecoin_tools.transactions import Stage
from tests.chain.bent import bent

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call

from tests.transactions.bench import ALICE, BOB, CALL, Bench, kept


def test_an_unknown_outcome_blocks_the_senders_next_intent_and_nobody_elses() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    with pytest.raises(NotSent, match="order-1") as blocked:
        bench.manager.send(CALL, signer=ALICE, ref="order-2")
    assert "Resume" in blocked.value.hint
    assert bench.journal.find("order-2") is None

    bench.chain.mines_at_once = True
    assert bench.manager.send(CALL, signer=BOB, ref="order-3").succeeded
    assert bench.manager.resume("order-1", signer=ALICE).succeeded
    assert bench.manager.send(CALL, signer=ALICE, ref="order-2").succeeded
    assert sorted(bench.chain.used_nonces.values()) == [1, 2]


def test_an_intent_that_was_mined_meanwhile_blocks_nobody() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.mine()
    bench.chain.mines_at_once = True

    assert bench.manager.send(CALL, signer=ALICE, ref="order-2").succeeded
    assert kept(bench).stage is Stage.MINED
    assert bench.chain.used_nonces[ALICE.address] == 2


def test_two_references_at_the_same_time_are_two_transactions_or_one_refusal() -> None:
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(account: Address) -> int:
        nonce = bench.chain.nonce(account)
        if is_first:
            is_first.clear()
            overtaken.send(CALL, signer=ALICE, ref="order-2")
        return nonce

    overtaken = bench.manager_of(bent(bench.chain, nonce=meanwhile), bench.journal)
    with suppress(NotSent):
        overtaken.send(CALL, signer=ALICE, ref="order-1")
    bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(bench.chain.mined) == 2
    assert kept(bench, "order-1").nonce != kept(bench, "order-2").nonce


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
        chain = bent(chain, fee_history=lambda: next(reads, None) or interrupted())
    else:
        chain = bent(chain, **{where: interrupted})

    with pytest.raises(OutcomeUnknown, match="interrupted") as unknown:
        bench.manager_of(chain, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert unknown.value.transaction_hashes
    bench.chain.mines_at_once = True
    assert bench.manager.resume("order-1", signer=ALICE).transaction_hash in unknown.value.transaction_hashes
    assert len(bench.chain.mined) == 1


class Crash(BaseException):
    """The process ends here."""


class Crashing:
    """Ends the process before, or just after, the n-th call that goes through it."""

    def __init__(self, last_call: int, *, after: bool) -> None:
        self.calls_left = last_call
        self.after = after

    def around(self, target: Any) -> Any:
        methods = (
            "estimate_gas",
            "fee_history",
            "balance_wei",
            "nonce",
            "publish",
            "receipt",
            "finalized_number",
            "put",
            "find",
        )
        return bent(target, **{name: self._around(getattr(target, name)) for name in methods if hasattr(target, name)})

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def crashing(*arguments: Any, **named: Any) -> Any:
            self.calls_left -= 1
            if self.calls_left == 0 and not self.after:
                raise Crash
            answer = method(*arguments, **named)
            if self.calls_left == 0:
                raise Crash
            return answer

        return crashing


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_step_and_the_same_reference_again_is_one_transaction(after: bool) -> None:  # noqa: FBT001  # a parameter
    crashes = 0
    for last_call in range(1, 200):
        bench = Bench()
        crashing = Crashing(last_call, after=after)
        bench.clock.at(60, bench.chain.mine)  # after a bump
        try:
            bench.manager_of(crashing.around(bench.chain), crashing.around(bench.journal)).send(
                CALL, signer=ALICE, ref="r"
            )
        except Crash:
            crashes += 1
        bench.chain.mines_at_once = True
        bench.chain.mine()

        receipt = bench.manager_of(bench.chain, bench.journal).send(CALL, signer=ALICE, ref="r")

        assert list(bench.chain.mined) == [receipt.transaction_hash], f"crashed at call {last_call}"
        assert bench.chain.used_nonces[ALICE.address] == 1
    assert crashes > 80


def test_the_same_reference_at_the_same_time_is_one_transaction() -> None:
    """As when two threads ask at once: the second begins and ends while the first still reads the chain."""
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(call: Call, *, sender: Address) -> int:
        if is_first:
            is_first.clear()
            overtaken.send(CALL, signer=ALICE, ref="order-1")
        return bench.chain.estimate_gas(call, sender=sender)

    overtaken = bench.manager_of(bent(bench.chain, estimate_gas=meanwhile), bench.journal)
    try:
        overtaken.send(CALL, signer=ALICE, ref="order-1")
    except StablecoinError as refused:
        assert refused.moved is Moved.NO  # noqa: PT017  # refusing is as good as the first result

    assert len(bench.chain.mined) == 1
