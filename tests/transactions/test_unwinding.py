"""An interrupt, or a failure, that a process lives to clean up after

when it comes just after any call to chain or journal: the same again, by another process, reaches the same end
always: the lane's next nonce is above every nonce that an intent owns; new orders find their place
when the answer to a commit is lost: what it wrote stands, and the next nonce with it
when a second interrupt comes while the journal is asked, or the journal cannot be read: the outcome is unknown
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import JournalError, Moved, OutcomeUnknown
from stablecoin_tools.transactions import Stage
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, QUICK, WAITING, Bench, busy, call_of, check, check_log, kept, orders

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCES = [f"r-{number}" for number in range(4)]
CALLS = ("record", "look", "asked", "unsettled", "find_many", "publish_many", "receipts", "nonce", "survey")


class Interrupting:
    """Raises just after the n-th call that goes through it, and once: whoever unwinds may go on calling."""

    def __init__(self, calls: int, ending: BaseException) -> None:
        self.calls_left, self.has_ended = calls, False
        self._ending = ending

    def around(self, target: Any) -> Any:
        return bent(target, **{name: self._around(getattr(target, name)) for name in CALLS if hasattr(target, name)})

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def interrupted(*arguments: Any, **named: Any) -> Any:
            answer = method(*arguments, **named)
            if self.calls_left == 0 and not self.has_ended:
                self.has_ended = True
                raise self._ending
            self.calls_left -= 1
            return answer

        return interrupted


def next_nonce(bench: Bench) -> int:
    return bench.journal.look(bench.name, ALICE.address, owner="").hold.next_nonce


def highest_owned(bench: Bench) -> int:
    owned = [intent.nonce for intent in bench.journal.newest(bench.name, limit=100) if intent.nonce is not None]
    return max(owned, default=-1)


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), SystemExit(1)], ids=["Ctrl-C", "exit"])
def test_an_interrupt_after_any_call_and_another_process_reaches_the_same_end(ending: BaseException) -> None:
    bench = Bench()
    for calls in itertools.count():
        bench = Bench(waiting=replace(QUICK, in_flight=2), after=bench)
        busy(bench, first_block_in=5)
        interrupting = Interrupting(calls, ending)
        first = bench.manager_of(interrupting.around(bench.chain), interrupting.around(bench.journal))
        try:
            for outcome in first.send_all(orders(*REFERENCES), signer=ALICE):
                outcome.result()
        except type(ending):
            pass
        if not interrupting.has_ended:
            break
        assert next_nonce(bench) > highest_owned(bench), f"interrupted after {calls} calls"
        check(bench)

        second = bench.another(waiting=WAITING)
        for outcome in second.send_all(orders("new", *REFERENCES), signer=ALICE):
            outcome.result()

        assert [bench.times_done(call_of(one)) for one in ("new", *REFERENCES)] == [1] * 5
        check(bench)
    assert calls > 30
    check_log(bench)


def test_a_commit_whose_answer_is_lost_keeps_the_nonces_that_it_gave() -> None:
    bench = Bench(mines_at_once=True)
    lost = iter([JournalError("the connection was lost during COMMIT")])

    def record(hold: Any, changes: Any, **named: Any) -> Any:
        written = bench.journal.record(hold, changes, **named)
        if any(change.intent.reference == "order-2" for change in changes):
            for error in lost:
                raise error
        return written

    first = bench.manager_of(bench.chain, bent(bench.journal, record=record))
    with contextlib.closing(first.send_all(orders("order-1", "order-2"), signer=ALICE)) as outcomes:
        next(outcomes)
    assert next_nonce(bench) > highest_owned(bench) >= 0

    bench.clock.now += 100
    assert bench.another().send(call_of("order-3"), signer=ALICE, ref="order-3").succeeded
    assert bench.another().send(call_of("order-2"), signer=ALICE, ref="order-2").succeeded
    check(bench)


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), JournalError("gone")], ids=["Ctrl-C again", "no journal"])
def test_after_an_interrupt_what_cannot_be_looked_up_is_unknown(trouble: BaseException) -> None:
    bench = Bench()

    def interrupted() -> None:
        raise KeyboardInterrupt

    def find(_chain: str, _reference: str) -> Any:
        raise trouble

    bench.later(3, interrupted)
    with pytest.raises(OutcomeUnknown, match="'order-1'") as unknown:
        bench.manager_of(bench.chain, bent(bench.journal, find=find)).send(CALL, signer=ALICE, ref="order-1")
    assert (unknown.value.moved, unknown.value.reference) == (Moved.UNKNOWN, "order-1")

    bench.chain.mine()
    assert bench.manager.resume("order-1", signer=ALICE).succeeded
    assert kept(bench).stage is Stage.MINED
    assert bench.times_done(CALL) == 1
