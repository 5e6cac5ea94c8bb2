"""close_gap(): no-ops at nonces that nobody uses, before ours

when others' transactions before ours are gone: their nonces are taken, and what waited behind is mined
when nothing is missing: nothing is sent
when the pool still holds others' transactions: they are left alone
when gas costs more than the cap, or the signer refuses: nothing is sent, and the gap stays
when others use the nonce after all: the no-op gets no other nonce, and is cancelled
when it ends between signing and mining: whoever drives the lane next goes on with it
when another process holds the lane: it waits for it
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from stablecoin_tools.errors import Cancelled, FeeCapExceeded, NotSent, OutcomeUnknown
from stablecoin_tools.transactions import FeePolicy, Stage
from stablecoin_tools.transactions.signing import Pen
from tests.transactions.bench import ALICE, WAITING, Bench, call_of, check, check_log, foreign, kept, orders

BRIEFLY = replace(WAITING, timeout_seconds=5)


def behind_a_gap(*references: str, width: int = 1) -> Bench:
    """Payouts that wait behind nonces whose transactions, others', are gone."""
    bench = Bench()
    for nonce in range(width):
        bench.chain.pool[ALICE.address, nonce] = foreign(nonce)
    bench.later(2, bench.chain.pool.clear)
    outcomes = bench.another(waiting=BRIEFLY).send_all(orders(*references), signer=ALICE)
    assert {type(outcome.error) for outcome in outcomes} == {OutcomeUnknown}
    assert [kept(bench, one).nonce for one in references] == list(range(width, width + len(references)))
    return bench


@pytest.mark.parametrize("width", [1, 3])
def test_what_waited_behind_is_mined_once_the_nonces_before_are_taken(width: int) -> None:
    bench = behind_a_gap("a", "b", width=width)
    assert bench.manager.gap(ALICE.address) == range(width)
    bench.later(3, lambda: bench.chain.mine(width))

    closed = bench.manager.close_gap(signer=ALICE)

    assert [(one.nonce, one.was_cancelled, one.stage) for one in closed] == [
        (nonce, True, Stage.MINED) for nonce in range(width)
    ]
    assert bench.manager.gap(ALICE.address) == range(0)
    bench.chain.mines_at_once = True
    for reference in ("a", "b"):
        assert bench.manager.resume(reference, signer=ALICE).succeeded
        assert bench.times_done(call_of(reference)) == 1
    assert bench.chain.used_nonces[ALICE.address] == width + 2
    check(bench)
    check_log(bench)


def test_where_nothing_is_missing_nothing_is_sent() -> None:
    bench = Bench()
    assert bench.manager.close_gap(signer=ALICE) == []
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=BRIEFLY).send(call_of("a"), signer=ALICE, ref="a")
    published = list(bench.chain.published)

    assert bench.manager.gap(ALICE.address) == range(0)
    assert bench.manager.close_gap(signer=ALICE) == []
    assert bench.chain.published == published


def test_what_the_pool_holds_of_others_is_left_alone() -> None:
    bench = behind_a_gap("a", width=3)
    bench.chain.pool[ALICE.address, 0] = foreign(0)

    assert bench.manager.gap(ALICE.address) == range(1, 3)


def test_above_the_fee_cap_nothing_is_sent_and_the_gap_stays() -> None:
    bench = behind_a_gap("a")
    published = list(bench.chain.published)

    with pytest.raises(FeeCapExceeded):
        bench.another(fees=FeePolicy(cap_wei=1)).close_gap(signer=ALICE)
    assert bench.chain.published == published
    assert bench.manager.gap(ALICE.address) == range(1)


def test_one_that_others_used_after_all_gets_no_other_nonce() -> None:
    bench = behind_a_gap("a")
    bench.later(1, lambda: bench.chain.add_block([foreign(0)]))
    bench.later(100, bench.make_final)

    (closed,) = bench.manager.close_gap(signer=ALICE)

    assert (closed.stage, closed.nonce, closed.was_cancelled) == (Stage.CANCELLED, None, True)
    bench.chain.mines_at_once = True
    assert bench.manager.resume("a", signer=ALICE).succeeded
    assert bench.chain.used_nonces[ALICE.address] == 2
    check(bench)


def test_one_that_nobody_waits_for_any_more_is_driven_with_the_rest() -> None:
    bench = behind_a_gap("a")
    with pytest.raises(OutcomeUnknown) as unknown:
        bench.another(waiting=BRIEFLY).close_gap(signer=ALICE)
    bench.chain.pool.clear()
    bench.later(3, lambda: bench.chain.mine(2))

    assert bench.manager.resume("a", signer=ALICE).succeeded
    assert kept(bench, unknown.value.reference).was_cancelled
    bench.make_final()
    with pytest.raises(Cancelled):
        bench.manager.resume(unknown.value.reference, signer=ALICE)
    check(bench)


def test_another_holder_of_the_lane_is_waited_for() -> None:
    bench = behind_a_gap("a")
    holder = bench.another()._lane(ALICE.address)
    pen, is_held = Pen(bench.chain, ALICE), [True]

    def hold() -> None:
        if is_held:
            holder.drive(pen)
            bench.later(1, hold)

    with holder.using():
        hold()
        with pytest.raises(NotSent, match="holds the lane"):
            bench.another(waiting=BRIEFLY).close_gap(signer=ALICE)
        is_held.clear()
    bench.later(3, bench.chain.mine)
    assert [one.nonce for one in bench.manager.close_gap(signer=ALICE)] == [0]
