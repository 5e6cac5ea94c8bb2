"""FeePolicy: what to offer for gas, and how much never to exceed

when there is a market: the median tip that was paid, and twice the next base fee
when blocks were empty: the node's suggestion; no floor, on chains where gas costs a thousandth of a gwei
when the next block costs more than the cap: FeeCapExceeded
when an offer is raised: both figures by a tenth at least, rounded up, never above the cap
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import FeeHistory
from stablecoin_tools.errors import FeeCapExceeded, Moved
from stablecoin_tools.transactions import FeePolicy, Fees

GWEI = 10**9
wei = st.integers(0, 2000 * GWEI) | st.integers(0, 20)
histories = st.builds(FeeHistory, wei, st.lists(wei, max_size=20).map(tuple), wei)
policies = st.builds(FeePolicy, cap_wei=wei, headroom=st.integers(1, 5))


@pytest.mark.parametrize(
    ("history", "fees"),
    [
        (FeeHistory(10 * GWEI, (GWEI, 3 * GWEI, 2 * GWEI), 9 * GWEI), Fees(22 * GWEI, 2 * GWEI)),
        (FeeHistory(10 * GWEI, (0, 0, GWEI), 9 * GWEI), Fees(21 * GWEI, GWEI)),  # empty blocks say nothing
        (FeeHistory(10 * GWEI, (0, 0), 3 * GWEI), Fees(23 * GWEI, 3 * GWEI)),
        (FeeHistory(10 * GWEI, (), 0), Fees(20 * GWEI, 0)),
        (FeeHistory(1_000_000, (1_000,), GWEI), Fees(2_001_000, 1_000)),  # 0.001 gwei, as on layer 2
        (FeeHistory(0, (1,), GWEI), Fees(1, 1)),
        (FeeHistory(0, (), 0), Fees(0, 0)),
    ],
)
def test_offers_what_blocks_lately_paid(history: FeeHistory, fees: Fees) -> None:
    assert FeePolicy().offer(history) == fees


def test_refuses_when_the_next_block_costs_more_than_the_cap() -> None:
    history = FeeHistory(10 * GWEI, (GWEI,), GWEI)

    assert FeePolicy(cap_wei=11 * GWEI).offer(history) == Fees(11 * GWEI, GWEI)
    with pytest.raises(FeeCapExceeded, match=r"11 gwei now; the policy allows 10\.99999 gwei") as refused:
        FeePolicy(cap_wei=11 * GWEI - 10_000).offer(history)
    assert refused.value.moved is Moved.NO
    assert refused.value.hint
    with pytest.raises(FeeCapExceeded):
        FeePolicy(cap_wei=11 * GWEI - 1).offer(history)


@settings(deadline=None)
@given(policy=policies, history=histories)
def test_an_offer_is_valid_pays_for_the_next_block_and_keeps_the_cap(policy: FeePolicy, history: FeeHistory) -> None:
    try:
        fees = policy.offer(history)
    except FeeCapExceeded:
        assert policy.cap_wei < history.next_base_fee_wei + max(*history.tips_wei, history.suggested_tip_wei, 0)
        return
    assert 0 <= fees.tip_wei <= fees.max_fee_wei <= policy.cap_wei
    assert fees.max_fee_wei >= history.next_base_fee_wei + fees.tip_wei


@settings(deadline=None)
@given(policy=policies, first=histories, later=histories)
def test_a_raise_is_taken_by_every_node_and_keeps_the_cap(
    policy: FeePolicy, first: FeeHistory, later: FeeHistory
) -> None:
    try:
        fees = policy.offer(first)
    except FeeCapExceeded:
        return
    raised = policy.bump(fees, later)

    if raised is None:
        costs_too_much = later.next_base_fee_wei + max(*later.tips_wei, later.suggested_tip_wei, 0) > policy.cap_wei
        assert costs_too_much or fees.max_fee_wei * 9 > policy.cap_wei * 8 - 8 or fees.max_fee_wei >= policy.cap_wei
        return
    assert raised.max_fee_wei * 10 >= fees.max_fee_wei * 11
    assert raised.tip_wei * 10 >= fees.tip_wei * 11
    assert raised.max_fee_wei > fees.max_fee_wei
    assert raised.tip_wei > fees.tip_wei
    assert raised.tip_wei <= raised.max_fee_wei <= policy.cap_wei


@pytest.mark.parametrize(
    ("fees", "raised"),
    [
        (Fees(0, 0), Fees(1, 1)),
        (Fees(1, 1), Fees(2, 2)),
        (Fees(7, 1), Fees(8, 2)),
        (Fees(9, 8), Fees(11, 9)),
        (Fees(1_000_001, 1_000), Fees(1_125_002, 1_125)),
    ],
)
def test_a_raise_is_rounded_up(fees: Fees, raised: Fees) -> None:
    assert FeePolicy().bump(fees, FeeHistory(0, (), 0)) == raised


def test_a_raise_follows_a_market_that_rose_faster() -> None:
    market = FeeHistory(100 * GWEI, (5 * GWEI,), GWEI)

    assert FeePolicy().bump(Fees(21 * GWEI, GWEI), market) == Fees(205 * GWEI, 5 * GWEI)


def test_there_is_no_raise_at_the_cap() -> None:
    policy = FeePolicy(cap_wei=100)

    assert policy.bump(Fees(89, 1), FeeHistory(1, (1,), 1)) is None
    assert policy.bump(Fees(10, 1), FeeHistory(101, (1,), 1)) is None
    assert policy.bump(Fees(88, 1), FeeHistory(1, (1,), 1)) == Fees(99, 2)
